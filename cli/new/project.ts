/** What `sxs new` writes: test/cli/new.test.ts and packed.test.ts check, run and test these files as they are. */

export interface ProjectOptions {
  readonly name: string
  /** The version of sxs, or where npm finds it. */
  readonly sxs: string
}

/** The files of a project, texts by their paths. */
export const projectFiles = (options: ProjectOptions): Readonly<Record<string, string>> => ({
  "main.sxs": main(options),
  "main.test.sxs": test,
  "rates.ts": rates,
  "package.json": packageJson(options),
  ".gitignore": gitignore,
  "README.md": readme(options)
})

const main = ({
  name
}: ProjectOptions): string => `; Asks for a rate and keeps what it has found. Kill it anywhere: it goes on there.
#(program ${JSON.stringify(name)})
#(extern "./rates.ts"
  (rate (from :str) :real {retry 5 timeout 10000}))

(defn convert (amount :int from :str)
  (def found (try (rate from) (return (error (str "no rate for " from)))))
  (core/kv/set (str "rate:" from) found)
  (* amount found))

(for (i 1 4)
  (log (* i 100) "EUR are" (try (convert (* i 100) "EUR") $error) "USD")
  (core/task/sleep 500))
`

const test = `; \`npm test\`: each test has a store and a time of its own.
#(import "./main.sxs" as app)

(deftest "keeps the rate that it has found"
  (core/task/join (run-program app))
  (expect-equal (core/kv/get rate:EUR) 1.25))
`

const rates = `/**
 * Stands for a service on the network: \`fetch(url, { signal })\`. When it fails, or the process is killed meanwhile, sxs calls it
 * again, with the same idempotency key.
 */
export const rate = async (
  from: string,
  { signal }: { readonly signal: AbortSignal; readonly idempotencyKey: string; readonly attempt: number }
): Promise<number> => {
  signal.throwIfAborted()
  if (from !== "EUR") throw new Error(\`nobody trades \${from}\`)
  return 1.25
}
`

const packageJson = ({ name, sxs }: ProjectOptions): string =>
  `${JSON.stringify(
    {
      name,
      version: "0.0.0",
      private: true,
      type: "module",
      scripts: { start: "sxs run main.sxs", test: "sxs test", check: "sxs check . --strict" },
      dependencies: { sxs },
      // What npm may run when it installs: \`node\` fetches the Node that sxs needs where an older one is installed.
      allowScripts: { node: true, "classic-level": false }
    },
    undefined,
    2
  )}\n`

const gitignore = "node_modules/\n.sxs/\n"

const readme = ({ name }: ProjectOptions): string => `# ${name}

A program in [sxs](node_modules/sxs/README.md), a small Lisp whose programs survive crashes.

\`\`\`sh
npm install
npm start        # stop it with Ctrl-C or kill it: the next start goes on where it stood
npm test         # under a virtual clock; npm test -- --crash also crashes it behind each commit
npm run check    # all mistakes, nothing is run
npx sxs ps       # tasks, and where each stands
\`\`\`

| file | what |
|---|---|
| \`main.sxs\` | the program |
| \`main.test.sxs\` | its tests |
| \`rates.ts\` | a function in TypeScript that it calls |
| \`.sxs/\` | the store: all that the program knows. Delete it to begin anew |
`
