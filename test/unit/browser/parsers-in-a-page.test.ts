import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { projectRoot } from '../../support/project.ts'
import { samples, treeOf } from '../merge/syntax/samples.ts'

/** What a page makes of the parsers: a bundle for browsers, which gives the kinds of a text's tree. */
const page = `
  import { fetchedGrammars } from './src/browser/fetched-grammars.js'
  import { portableCrypto } from './src/browser/crypto.js'
  import { Parsers } from './src/merge/syntax/parsers.js'
  globalThis.parse = async (folder, grammar, text) => {
    const parser = await new Parsers(fetchedGrammars(folder), portableCrypto).parser(grammar)
    const { tree } = parser.parse(text)
    return JSON.stringify([...tree.kind, ...tree.start, ...tree.end])
  }
`

describe('the parsers in a page', function () {
  this.timeout(60_000)
  let server: Server
  let url: string
  let parse: (folder: string, grammar: string, text: string) => Promise<string>

  before((done) => {
    server = createServer((request, response) => {
      response.end(readFileSync(join(projectRoot, 'grammars', request.url!.slice(1))))
    }).listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      done()
    })
  })
  before(async () => {
    const { outputFiles } = await build({
      stdin: { contents: page, resolveDir: join(projectRoot, 'dist') },
      bundle: true,
      platform: 'browser',
      format: 'iife',
      write: false,
      logOverride: { 'empty-import-meta': 'silent' },
    })
    // What pages have of their own, and nothing of Node.
    const { fetch, URL, TextDecoder, TextEncoder } = globalThis
    const sandbox = createContext({ fetch, URL, TextDecoder, TextEncoder, console, performance })
    runInContext(`globalThis.window = globalThis;\n${outputFiles[0]!.text}`, sandbox)
    parse = sandbox['parse'] as typeof parse
  })
  after(() => void server.close())

  for (const name of ['TypeScript', 'Scala', 'JSON'])
    it(`make the tree of ${name} that they make in Node`, async () => {
      const { language, text } = samples.find((sample) => sample.language.name === name)!
      const { kind, start, end } = await treeOf(language, text)
      assert.equal(await parse(url, language.grammar, text), JSON.stringify([...kind, ...start, ...end]))
    })
})
