import { signalingClient } from '../../signaling/client/index.ts'
import { startSignalingServer, type SignalingServer } from '../../signaling/server/index.ts'
import { MemorySignaling } from '../../src/testing/memory-signaling.ts'
import { signalingChecks, type SignalingBench } from '../../src/testing/signaling-suite.ts'
import { signalingHost } from '../support/signaling-host.ts'

async function memoryBench(): Promise<SignalingBench> {
  const medium = new MemorySignaling()
  return {
    client: () => medium,
    interrupt: async () => medium.interrupt(),
    restore: async () => medium.restore(),
    async [Symbol.asyncDispose]() {},
  }
}

/** Clients that use `count` servers at once. */
async function serverBench(count: number): Promise<SignalingBench> {
  let servers: readonly SignalingServer[] = await Promise.all(
    Array.from({ length: count }, () => startSignalingServer()),
  )
  const urls = servers.map(({ url }) => url)
  const stop = async (): Promise<void> => {
    for (const server of servers) await server.close()
  }
  return {
    client: () => signalingClient({ ...signalingHost, urls }),
    interrupt: stop,
    async restore() {
      servers = await Promise.all(servers.map(({ port }) => startSignalingServer({ port })))
    },
    [Symbol.asyncDispose]: stop,
  }
}

describe('signaling keeps its contract', () => {
  for (const [name, setup] of Object.entries({
    'in memory': memoryBench,
    'over our server': () => serverBench(1),
    'over three servers at once': () => serverBench(3),
  }))
    describe(name, () => {
      for (const check of signalingChecks(setup)) it(check.name, () => check.run())
    })
})
