import type { Link, Listener, Transport } from '../../src/contracts/transport.ts'
import { add } from '../../src/repository/add.ts'
import { adopt } from '../../src/repository/adopt.ts'
import { Collaboration } from '../../src/repository/collaboration.ts'
import { commit, type CommitRequest } from '../../src/repository/commit.ts'
import { rejoin } from '../../src/repository/rejoin.ts'
import { roomStatus } from '../../src/repository/room-status.ts'
import { Workspace } from '../../src/repository/workspace.ts'
import { FixedPowers } from './fixed-powers.ts'
import type { RoomChildStart } from './room-peer.ts'

// One clone's room in a process of its own: `node room-child.js START`, then `{ id, method, params }` over IPC.

/** A transport whose links can be cut, and stay cut until they are allowed again. */
class CuttableTransport implements Transport {
  readonly name = 'cuttable'
  readonly #inner: Transport
  readonly #links = new Set<Link>()
  isCut = false

  constructor(inner: Transport) {
    this.#inner = inner
  }

  async cut(): Promise<void> {
    this.isCut = true
    await Promise.all([...this.#links].map((link) => link.close('cut')))
  }

  listen(options: Parameters<Transport['listen']>[0]): Promise<Listener> {
    return this.#inner.listen({
      ...options,
      onLink: (link) => {
        if (this.isCut) return void link.close('cut')
        this.#links.add(link)
        void link.closed.then(() => this.#links.delete(link))
        options.onLink(link)
      },
    })
  }
}

const start = JSON.parse(process.argv[2]!) as RoomChildStart
const environment = { ...process.env, AI_VCS_CONFIG_DIR: start.configFolder }
const fixed = start.isFixed ? new FixedPowers(start.configFolder.split('/').at(-1)!) : undefined
const workspace = await Workspace.open({ path: start.folder, environment, ...fixed?.options })
let transport: CuttableTransport | undefined
const options = {
  workspace,
  listen: false as const,
  signalingUrls: [start.signalingUrl],
  shareChanges: start.shareChanges ?? false,
  follow: start.follow ?? true,
  wrapTransport: (inner: Transport) => {
    transport = new CuttableTransport(inner)
    transport.isCut = start.isCut ?? false
    return transport
  },
}
const room = start.ticket ? await Collaboration.join(options, start.ticket) : await Collaboration.start(options)
const { host } = room
room.events.on('event', (event) => process.send?.({ event }))

const methods: Readonly<Record<string, (params: never) => unknown>> = {
  invite: (params: { readonly uses?: number }) => room.invite(params),
  status: () => roomStatus(host),
  commit: (request: CommitRequest) => commit(workspace, host, request),
  add: (paths: readonly string[]) => add(workspace, host, paths),
  adopt: () => adopt(host),
  rejoin: () => rejoin(host),
  scan: () => host.mirror?.scan(),
  pause: () => host.mirror?.pause(),
  resume: () => host.mirror?.resume(),
  voided: () => host.room.voided.map(({ reason }) => reason),
  text: (path: string) => host.room.files.text(path) ?? null,
  type: ({ paths, line }: { readonly paths: readonly string[]; readonly line: string }) => {
    const { files } = host.room
    const path = paths.find((one) => files.text(one) !== undefined)
    if (path !== undefined) files.edit(path, [{ at: files.text(path)!.length, remove: 0, insert: line }])
    return path !== undefined
  },
  cut: () => transport!.cut(),
  step: (step: number) => {
    fixed!.step = step
  },
  mend: () => void (transport!.isCut = false),
  close: async () => {
    await room.close()
    await workspace.close()
  },
}

process.on('message', (message) => {
  const { id, method, params } = message as { id: number; method: string; params: never }
  void (async () => {
    try {
      process.send!({ id, result: (await methods[method]!(params)) ?? null })
    } catch (error) {
      process.send!({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
    if (method === 'close') process.disconnect()
  })()
})
process.on('disconnect', () => process.exit(0))
process.send!({ ready: true })
