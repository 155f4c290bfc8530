/** DBOS: a library in this process; PostgreSQL keeps what the steps yield. */
import { DBOS } from "@dbos-inc/dbos-sdk"
import type { EngineModule } from "../engine.ts"

/** Connections to PostgreSQL; the default is 10. */
const connections = Number(process.env["SXS_BENCH_DBOS_CONNECTIONS"] ?? 20)

export const open: EngineModule["open"] = async ({ databaseUrl }, hooks) => {
  DBOS.setConfig({
    name: "bench",
    systemDatabaseUrl: databaseUrl,
    systemDatabasePoolSize: connections,
    logLevel: "error",
    // Only runs of the same version and executor go on when it is launched again.
    applicationVersion: "1",
    executorID: "local"
  })
  const workflow = DBOS.registerWorkflow(
    async (id: string, steps: number): Promise<number> => {
      let sum = 0
      for (let index = 0; index < steps; index++) {
        const before = sum
        sum = await DBOS.runStep(async () => hooks.step(index, before), { name: `step ${index}` })
      }
      hooks.ended(id, sum)
      return sum
    },
    { name: "workflow" }
  )
  await DBOS.launch()
  const begin = (id: string, steps: number) => DBOS.startWorkflow(workflow, { workflowID: id })(id, steps)
  return { run: async (id, steps) => (await begin(id, steps)).getResult(), begin }
}
