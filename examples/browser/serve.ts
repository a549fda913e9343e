// Shares a repository with pages: runs its room and serves the page that joins it.
// Run: node dist/examples/browser/serve.js [REPOSITORY]
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { openRepository, type Repository } from 'anvcs/repository'
import { build } from 'esbuild'

/** The page's own program, with everything it needs, in one file. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.js', import.meta.url))],
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
  })
  return outputFiles[0]!.text
}

/** Serves the page on this machine. Returns its address and the way to stop. */
export async function servePage(port = 0): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const page = await readFile(new URL('../../../examples/browser/index.html', import.meta.url))
  const script = await bundlePage()
  const server = createServer((request, response) => {
    if (request.url === '/page.js') response.setHeader('content-type', 'text/javascript').end(script)
    else if (/^\/grammars\/[a-z-]+\.wasm\.gz$/.test(request.url ?? '')) sendGrammar(request.url!.slice(1), response)
    else if (request.url === '/') response.setHeader('content-type', 'text/html').end(page)
    else response.writeHead(404).end()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Grammars of the package: the page merges code with them. */
function sendGrammar(name: string, response: ServerResponse): void {
  readFile(new URL(`../../../${name}`, import.meta.url)).then(
    (bytes) => response.setHeader('content-type', 'application/gzip').end(bytes),
    () => response.writeHead(404).end(),
  )
}

async function main(repository: Repository): Promise<void> {
  await repository.createIdentity()
  const room = await repository.startRoom()
  const page = await servePage()
  // Browsers do not send what stands behind the `#`: the server of a page never sees a ticket.
  console.log(`Open ${page.url}#${await room.invite()}`)
  console.log('One page can join by this address; Ctrl-C ends the room.')
  await once(process, 'SIGINT')
  await page.close()
  await repository.close()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(await openRepository(process.argv[2] ?? '.'))
