import wrtc from '@roamhq/wrtc'
import { WebSocket } from 'ws'
import * as Y from 'yjs'

/**
 * A stock y-webrtc client: writes its name into a shared array and ends, with all names on standard output, when it has seen
 * as many as were asked for. Arguments: signaling URL, room, own name, number of names, password or nothing.
 */
const [url, room, name, count, password] = process.argv.slice(2) as [string, string, string, string, string?]
// Its WebSocket client looks for the global one, which Node has from version 22 on.
Object.assign(globalThis, { WebSocket })
const { WebrtcProvider } = await import('y-webrtc')

const doc = new Y.Doc()
const names = doc.getArray<string>('names')
const options = { signaling: [url], peerOpts: { wrtc }, ...(password ? { password } : {}) }
const provider = new WebrtcProvider(room, doc, options)
names.push([name])
const finish = (): void => {
  if (names.length < Number(count)) return
  console.log(JSON.stringify(names.toArray().sort()))
  // The other side may still need us to see our name.
  setTimeout(() => process.exit(0), 1000)
}
names.observe(finish)
provider.on('status', finish)
