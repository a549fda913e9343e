import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { SignalPort } from '../../src/contracts/transport.ts'
import { collect, numbered, openEnd, sendAll, within, type OpenEnd } from '../../src/testing/transport-ends.ts'
import { loadNodeWebrtc, webrtcTransport } from '../../transports/webrtc/index.ts'
import { findProgram, needsProgram } from '../support/needs.ts'
import { projectRoot } from '../support/project.ts'
import { nodeClock } from '../../src/node/clock.ts'
import { nodeRandom } from '../../src/node/random.ts'
import { higher, lower } from '../support/webrtc-end.ts'

/** The page's side: an endpoint that echoes, with signals through `sendSignal` and `takeSignal`. */
const pageScript = `
  import { webrtcTransport } from './dist/transports/webrtc/index.js'
  const clock = {
    now: () => Date.now(),
    schedule(delayMs, run) {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
  }
  const random = { seeded: false, bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) }
  const receivers = new Set()
  window.takeSignal = (from, data) => receivers.forEach((receive) => receive(from, data))
  window.open = async (self) => {
    window.listener = await webrtcTransport({ clock, random }).listen({
      self,
      signals: {
        send: (to, data) => void window.sendSignal(data),
        onSignal(receive) {
          receivers.add(receive)
          return () => receivers.delete(receive)
        },
      },
      onLink(link) {
        window.binding = [...link.binding]
        link.onMessage(async (message) => void link.send(message))
        link.closed.then(({ reason }) => (window.closedFor = reason))
      },
    })
  }`

describe('WebRTC between a page and Node', function () {
  this.timeout(60_000)
  let server: Server
  let browser: Browser
  let page: Page
  let bundle: string
  let end: OpenEnd

  before(needsProgram('chromium'))

  before(async () => {
    const { outputFiles } = await build({
      stdin: { contents: pageScript, resolveDir: projectRoot },
      bundle: true,
      format: 'iife',
      write: false,
    })
    bundle = outputFiles[0]!.text
    server = createServer((_, response) => response.end('<!doctype html><title>a page</title>'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    browser = await chromium.launch({ executablePath: findProgram('chromium')!, args: ['--no-sandbox'] })
  })

  after(async () => {
    await browser?.close()
    server?.close()
  })

  async function meet(node: EndpointId, inPage: EndpointId): Promise<void> {
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    let receive: (from: EndpointId, data: unknown) => void = () => {}
    await page.exposeFunction('sendSignal', (data: unknown) => receive(inPage, data))
    await page.addScriptTag({ content: bundle })
    const signals: SignalPort = {
      send: (_, data) => void page.evaluate(`takeSignal(${JSON.stringify(node)}, ${JSON.stringify(data)})`),
      onSignal(take) {
        receive = take
        return () => (receive = () => {})
      },
    }
    const wrtc = await loadNodeWebrtc()
    end = await openEnd(
      { self: node, transport: webrtcTransport({ clock: nodeClock, random: nodeRandom, wrtc }), signals },
      5_000,
    )
    await page.evaluate(`open(${JSON.stringify(inPage)})`)
  }

  afterEach(async () => {
    await end?.listener.close()
    await page?.close()
  })

  for (const [who, node, inPage] of [
    ['Node', lower, higher],
    ['the page', higher, lower],
  ] as const)
    it(`carries messages both ways, with one binding, where ${who} offers`, async () => {
      await meet(node, inPage)
      await within(10_000, 'dial', end.listener.dial(inPage))
      const link = await end.link()
      const inbox = collect(link)
      const sent = Array.from({ length: 100 }, (_, index) => numbered(index, link.maxMessageBytes))
      await sendAll(link, sent, 10_000)
      const echoed = (await inbox.all(sent.length, 10_000)).map((message) => new Uint8Array(message))
      assert.deepEqual(echoed, sent)
      assert.deepEqual([...link.binding], await page.evaluate('binding'))
      await link.close()
      await page.waitForFunction('window.closedFor', undefined, { timeout: 10_000 })
    })
})
