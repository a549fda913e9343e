import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { signalingClient } from '../../../signaling/client/index.ts'
import { startSignalingServer } from '../../../signaling/server/index.ts'
import { signalingChecks, type SignalingBench } from '../../../src/testing/signaling-suite.ts'
import { hasWebrtc } from '../../support/has-webrtc.ts'
import { needs } from '../../support/needs.ts'
import { until } from '../../support/until.ts'
import { projectRoot } from '../../support/project.ts'
import { freePort } from '../../support/free-port.ts'
import { signalingHost } from '../../support/signaling-host.ts'

const peerProgram = fileURLToPath(new URL('./y-webrtc-peer.js', import.meta.url))

async function runPeer(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [peerProgram, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  const output = await text(child.stdout)
  clearTimeout(timer)
  return output.trim()
}

/** The server that y-webrtc brings, as a process of its own. */
async function stockServer(port: number): Promise<AsyncDisposable> {
  const program = join(projectRoot, 'node_modules/y-webrtc/bin/server.js')
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return {
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

async function stockBench(): Promise<SignalingBench> {
  const port = await freePort()
  let server = await stockServer(port)
  return {
    client: () => signalingClient({ ...signalingHost, urls: [`ws://127.0.0.1:${port}`] }),
    interrupt: async () => server[Symbol.asyncDispose](),
    async restore() {
      server = await stockServer(port)
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
    },
  }
}

describe('signaling and stock y-webrtc', () => {
  describe('two stock clients share a document over our server', () => {
    before(needs('@roamhq/wrtc', hasWebrtc, true))

    for (const [what, password] of Object.entries({ 'in the clear': [], 'with a password': ['a password'] }))
      it(what, async () => {
        await using server = await startSignalingServer()
        const peer = (name: string): Promise<string> => runPeer(server.url, 'a room', name, '2', ...password)
        const ann = peer('ann')
        // Two that announce themselves at once call each other at once, and do not always get out of that.
        await until(() => server.stats().messagesIn >= 2)
        assert.deepEqual(await Promise.all([ann, peer('bob')]), ['["ann","bob"]', '["ann","bob"]'])
        const { refused, dropped, messagesIn } = server.stats()
        assert.deepEqual([refused, dropped], [0, 0])
        assert.ok(messagesIn > 4)
      })
  })

  describe('our client keeps its contract over the stock server', () => {
    for (const check of signalingChecks(stockBench)) it(check.name, () => check.run())
  })
})
