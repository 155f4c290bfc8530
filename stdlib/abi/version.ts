/** Version of the contract between compiled code and the runtime. A bundle built for another one is refused. */
export const abiVersion = 2

/** Version of the compiler; part of the key under which compiled sources are cached. */
export const compilerVersion = "0.1.0"
