import { AnvcsError } from '../../contracts/errors.ts'
import type { Asked, PeerMessage } from './peer-calls.ts'
import { Peer } from './peer.ts'

// `node peer-main.js NAME FOLDER`: one peer of the demo, driven over IPC.
const [name, folder] = process.argv.slice(2) as [string, string]
const send = (message: PeerMessage): void => void process.send?.(message)
const peer = await Peer.open(name, folder, (warning) => send({ warning }))

process.on('message', (message) => {
  const { id, call, ask } = message as Asked
  const handle = peer.calls[call] as (ask: unknown) => Promise<unknown>
  handle(ask).then(
    (answer) => send({ id, answer }),
    (error: unknown) => send({ id, error: described(error) }),
  )
})
// Without the driving process there is nothing to be done any more.
process.on('disconnect', () => process.exit())

function described(error: unknown): string {
  if (AnvcsError.is(error)) return `${error.code}: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
