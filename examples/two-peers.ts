// Two peers of one room in one process: no repository, no network, nothing on disk.
import { formatTicket, newIdentity, openRoom, writeFirstCommit, type EndpointId, type Room } from 'anvcs'
import { memoryStorage } from 'anvcs/browser'
import { nodePlatform } from 'anvcs/node'
import { memoryTransport } from 'anvcs/transports/memory'

const ada = { name: 'Ada', email: 'ada@example.org' }
const bob = { name: 'Bob', email: 'bob@example.org' }

// Ada founds a room at a commit. In a real repository that is the one the branch names.
const storage = memoryStorage()
const files = { 'poem.txt': 'Roses are red\n' }
const base = await writeFirstCommit({ ...nodePlatform, objects: storage.objects }, { files, person: ada })
const adasRoom = await openRoom({
  ...nodePlatform,
  ...storage,
  identity: newIdentity(nodePlatform, ada),
  founding: { base, branch: 'main' },
})

// Bob gets a ticket, as text. He has nothing of the repository: the first commit comes from Ada, too.
const ticket = formatTicket(nodePlatform.crypto, await adasRoom.invite())
const bobsRoom = await openRoom({
  ...nodePlatform,
  ...memoryStorage(),
  identity: newIdentity(nodePlatform, bob),
  ticket,
})

await link(adasRoom, bobsRoom)
await bobsRoom.ready()
console.log(`${bob.name} reads:  ${bobsRoom.files.text('poem.txt')?.trim()}`)

// Both type at once; nobody waits for the other, and both end with the same text.
adasRoom.files.edit('poem.txt', [{ at: 0, remove: 5, insert: 'Violets' }])
bobsRoom.files.edit('poem.txt', [{ at: 10, remove: 3, insert: 'blue' }])
await Promise.all([changed(adasRoom), changed(bobsRoom)])
console.log(`${ada.name} reads:  ${adasRoom.files.text('poem.txt')?.trim()}`)
console.log(`${bob.name} reads:  ${bobsRoom.files.text('poem.txt')?.trim()}`)

await bobsRoom.close()
await adasRoom.close()

/** Peers that know each other's address need no signaling: a link is all that a room asks for. */
async function link(left: Room, right: Room): Promise<void> {
  const network = memoryTransport()
  const signals = { send: () => undefined, onSignal: () => () => undefined }
  const [one, two] = ['1'.repeat(32) as EndpointId, '2'.repeat(32) as EndpointId]
  await network.listen({ self: one, signals, onLink: (link) => left.attach(link) })
  const listener = await network.listen({ self: two, signals, onLink: (link) => right.attach(link) })
  await listener.dial(one)
}

/** Resolves when an edit of the other has come. */
function changed(room: Room): Promise<void> {
  return new Promise((resolve) => {
    const stop = room.events.on('changed', ({ origin }) => {
      if (origin === 'local') return
      stop()
      resolve()
    })
  })
}
