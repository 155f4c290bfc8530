/** Restate: its server keeps the journal and calls this process, which answers over HTTP/2; runs are started through its ingress. */
import { createServer } from "node:http2"
import { type Context, createEndpointHandler, service } from "@restatedev/restate-sdk"
import { connect } from "@restatedev/restate-sdk-clients"
import type { EngineModule, Hooks, Place } from "../engine.ts"

export const open: EngineModule["open"] = async (place, hooks, opening) => {
  const workflow = workflowOf(hooks)
  await listen(workflow, place)
  // A server that is started again knows where its workers are.
  if (opening === "fresh") await register(place)
  const ingress = connect({ url: `http://127.0.0.1:${place.ports.ingress}` })
  const call = ingress.serviceClient(workflow)
  const send = ingress.serviceSendClient(workflow)
  return { run: async (id, steps) => call.run({ id, steps }), begin: (id, steps) => send.run({ id, steps }) }
}

interface Run {
  readonly id: string
  readonly steps: number
}

const workflowOf = (hooks: Hooks) =>
  service({
    name: "workflow",
    handlers: {
      run: async (context: Context, { id, steps }: Run): Promise<number> => {
        let sum = 0
        for (let index = 0; index < steps; index++) {
          const before = sum
          sum = await context.run(`step ${index}`, () => hooks.step(index, before))
        }
        hooks.ended(id, sum)
        return sum
      }
    }
  })

const listen = (workflow: ReturnType<typeof workflowOf>, { ports }: Place): Promise<void> =>
  new Promise((resolve, reject) => {
    createServer(createEndpointHandler({ services: [workflow] }))
      .on("error", reject)
      .listen(ports.worker, "127.0.0.1", resolve)
  })

const register = async ({ ports }: Place): Promise<void> => {
  const answer = await fetch(`http://127.0.0.1:${ports.admin}/deployments`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ uri: `http://127.0.0.1:${ports.worker}` })
  })
  if (!answer.ok) throw new Error(`Restate does not take the worker: ${await answer.text()}`)
}
