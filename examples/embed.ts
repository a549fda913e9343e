// A Node service that hosts the room of a repository and lets other programs at its files over HTTP.
// Run: node dist/examples/embed.js [REPOSITORY] [PORT]
//
//   GET  /             how the room stands
//   GET  /files/PATH   a text as it is now, edits of this second included
//   PUT  /files/PATH   writes a text; only what differs is typed
//   POST /tickets      a ticket for one more member
//
// It listens on this machine only. Whoever can ask it can read, write and invite: put your own check before it.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { AnvcsError } from 'anvcs'
import { openRepository, roomStatus, type Collaboration } from 'anvcs/repository'

const [folder = '.', port = '0'] = process.argv.slice(2)

interface Answer {
  readonly status: number
  readonly body: unknown
}

await using repository = await openRepository(folder)
await repository.createIdentity()
const room = await repository.startRoom()

const server = createServer((request, response) => {
  answer(room, request)
    .catch((error: unknown): Answer => ({ status: 400, body: AnvcsError.is(error) ? error.code : String(error) }))
    .then(({ status, body }) => {
      response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
    .catch((error: unknown) => response.destroy(error as Error))
})
server.listen(Number(port), '127.0.0.1')
await once(server, 'listening')
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)

// Everything that was said to be written is on disk when the process ends.
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
server.close()
server.closeAllConnections()

async function answer(room: Collaboration, request: IncomingMessage): Promise<Answer> {
  const { host } = room
  const { method } = request
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const path = pathname.startsWith('/files/') ? decodeURIComponent(pathname.slice('/files/'.length)) : undefined
  if (method === 'GET' && pathname === '/') return { status: 200, body: roomStatus(host) }
  if (method === 'POST' && pathname === '/tickets') return { status: 201, body: await room.invite() }
  if (method === 'GET' && path !== undefined) {
    const content = host.room.files.text(path)
    return content === undefined ? { status: 404, body: 'no such file' } : { status: 200, body: content }
  }
  if (method === 'PUT' && path !== undefined) {
    const content = await text(request)
    if (host.room.files.text(path) === undefined) host.room.files.create(path, { text: content })
    else host.room.files.write(path, content)
    await host.room.flush()
    return { status: 200, body: 'written' }
  }
  return { status: 404, body: 'no such thing' }
}
