/** Version of the contract between compiled code and the runtime. A bundle built for a later one is refused. */
export const abiVersion = 4

/** The oldest version whose bundles this runtime still runs: since then the contract has only got more. */
export const abiOldest = 2

/** Version of the compiler; part of the key under which compiled sources are cached. */
export const compilerVersion = "0.1.0"
