import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fetchedGrammars } from '../../../src/browser/fetched-grammars.ts'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { compiledWasm } from '../../../src/merge/syntax/compiled-wasm.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { projectRoot } from '../../support/project.ts'

describe('grammars that a page fetches', () => {
  let server: Server
  let url: string

  before((done) => {
    server = createServer((request, response) => {
      const [, folder, name] = request.url!.split('/')
      if (name !== 'json.wasm.gz') return void response.writeHead(404).end()
      if (folder === 'encoded') response.setHeader('content-encoding', 'gzip')
      response.end(readFileSync(join(projectRoot, 'grammars', name)))
    }).listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      done()
    })
  })
  after(() => void server.close())

  for (const folder of ['plain', 'plain/', 'encoded'])
    it(`from ${folder} are those of this version`, async () => {
      const program = await compiledWasm('json', fetchedGrammars(`${url}/${folder}`), nodeCrypto)
      assert.ok(program instanceof WebAssembly.Module)
    })

  it('cannot be had where the site does not hold them', async () => {
    const isRefusal = (error: unknown) => AnvcsError.is(error, 'GRAMMAR_UNAVAILABLE')
    await assert.rejects(fetchedGrammars(`${url}/plain`).wasm('css'), isRefusal)
    await assert.rejects(fetchedGrammars('http://127.0.0.1:1/').wasm('css'), isRefusal)
  })
})
