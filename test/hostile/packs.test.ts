import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { AnvcsError } from '../../src/contracts/errors.ts'
import { isTicketHint } from '../../src/identity/ticket-hint.ts'
import { concat } from '../../src/lib/bytes.ts'
import { openWorkTree } from '../../src/node/work-tree.ts'
import { GitSandbox, plainGit } from '../support/git-sandbox.ts'
import { needsProgram } from '../support/needs.ts'
import type { ObjectId } from '../../src/contracts/ids.ts'
import type { GitObject } from '../../src/contracts/object-store.ts'
import { writeNaming, type NamingEntry } from '../../src/history/naming-entry.ts'
import { utf8 } from '../../src/lib/bytes.ts'
import { nodeCrypto } from '../../src/node/crypto.ts'
import { serializeCommit } from '../../src/objects/commit.ts'
import { objectId } from '../../src/objects/object-id.ts'
import { treeMode } from '../../src/objects/tree.ts'
import { serializeTree } from '../support/serialize-tree.ts'
import { ObjectTransfer, type ObjectPeer } from '../../src/room/object-transfer.ts'
import { encodeCbor } from '../../src/lib/cbor.ts'
import { HostileRoom } from '../support/hostile-room.ts'

const files = { 'a.txt': 'one two three\n', 'b.txt': 'other\n' }
const person = { name: 'mallory', email: 'mallory@example.org', timeSeconds: 1_700_000_100, zone: '+0000' }
let room: HostileRoom

function idOf(object: GitObject): ObjectId {
  return objectId(nodeCrypto, 'sha1', object)
}

function commitOn(parent: ObjectId, tree: ObjectId, message = 'evil\n'): GitObject {
  const fields = { tree, parents: [parent], author: person, committer: person, message }
  return { type: 'commit', content: serializeCommit(fields) }
}

const blob = (text: string): GitObject => ({ type: 'blob', content: utf8(text) })
const tree = (name: string, mode: number, id: ObjectId): GitObject => ({
  type: 'tree',
  content: serializeTree([{ mode, name: utf8(name), id }]),
})

/** Both honest peers have these objects. */
async function give(objects: readonly GitObject[]): Promise<void> {
  for (const peer of room.honest) await room.world.wait(peer.objects.write(objects))
}

function say(kind: 'announce' | 'outside', commit: ObjectId): void {
  const entry: NamingEntry = {
    kind,
    commit,
    named: { states: new Map(), partial: new Set() },
    key: kind === 'outside' ? '77'.repeat(32) : undefined,
    lines: [],
  }
  room.mallory.send(room.mallory.seal(writeNaming(entry)))
}

describe('a commit that a hostile member announces', () => {
  beforeEach(async () => {
    room = await HostileRoom.open(21, files)
  })
  afterEach(() => room.close())

  it('with folders deeper than the format takes is void, and holds nobody up', async () => {
    const objects = [blob('deep\n')]
    objects.push(tree('f', 0o100644, idOf(objects[0]!)))
    for (let depth = 0; depth < 1100; depth++) objects.push(tree('d', treeMode, idOf(objects.at(-1)!)))
    const commit = commitOn(room.world.base, idOf(objects.at(-1)!))
    await give([...objects, commit])
    say('announce', idOf(commit))
    await room.assertWorking('a.txt')
    assert.equal(room.voidReasons.length, 1)
    say('outside', idOf(commit))
    await room.assertWorking('a.txt')
    assert.equal(room.voidReasons.length, 2)
    assert.equal(room.alice.room.waitingEntries, 0)
  })

  it('with more files than the format takes is void, and holds nobody up', async function () {
    this.timeout(60_000)
    // Folders that share folders: ten names in each of twenty make more paths of 21 objects than anybody can walk, with a file or without.
    for (const leaf of [
      tree('f', 0o100644, idOf(blob('many\n'))),
      { type: 'tree', content: new Uint8Array(0) } as const,
    ]) {
      const objects: GitObject[] = [blob('many\n'), leaf]
      for (let depth = 0; depth < 20; depth++) {
        const id = idOf(objects.at(-1)!)
        const entries = Array.from({ length: 10 }, (_, i) => ({ mode: treeMode, name: utf8(`${i}`), id }))
        objects.push({ type: 'tree', content: serializeTree(entries) })
      }
      const commit = commitOn(room.world.base, idOf(objects.at(-1)!))
      await give([...objects, commit])
      say('announce', idOf(commit))
      await room.assertWorking('a.txt')
      assert.match(room.voidReasons.at(-1)!, /too many/)
    }
    assert.equal(room.voidReasons.length, 2)
  })

  it('that is no commit, or a broken one, holds up nobody but its author', async () => {
    const broken: GitObject = { type: 'commit', content: utf8('tree nothing\n') }
    await give([blob('x\n'), broken])
    say('announce', idOf(blob('x\n')))
    await room.assertWorking('a.txt')
    say('announce', idOf(broken))
    await room.assertWorking('a.txt')
    assert.ok(!room.alice.room.commits.isNamed(idOf(broken)))
  })

  it('whose tree is no tree is void', async () => {
    const broken: GitObject = { type: 'tree', content: utf8('100644 a\0short') }
    const commits = [commitOn(room.world.base, idOf(broken)), commitOn(room.world.base, idOf(blob('x\n')), 'two\n')]
    await give([blob('x\n'), broken, ...commits])
    for (const commit of commits) say('announce', idOf(commit))
    await room.assertWorking('a.txt')
    assert.equal(room.voidReasons.length, 2)
  })
})

describe('a peer that answers requests for objects', () => {
  const wanted = blob('wanted\n')
  let sent: Parameters<ObjectPeer['send']>[0][]
  let transfer: ObjectTransfer
  const liar: ObjectPeer = { bulkReady: () => Promise.resolve(true), send: (message) => void sent.push(message) }
  const asked: string[] = []
  const honest: ObjectPeer = {
    bulkReady: () => Promise.resolve(true),
    send: (message) => void asked.push(message.type),
  }

  /** Alice asks the liar, as long as nobody else is there. */
  beforeEach(async () => {
    room = await HostileRoom.open(22, files)
    sent = []
    asked.length = 0
    transfer = new ObjectTransfer({
      objects: room.alice.objects,
      clock: room.world.clock,
      base: () => room.world.base,
      isOfRoom: () => false,
      haves: () => [],
      onObjects: () => undefined,
      onProblem: (message) => room.problems.push(message),
    })
    transfer.addPeer(liar)
    transfer.need([idOf(wanted)])
    transfer.addPeer(honest)
    assert.equal(sent.length, 1)
  })
  afterEach(() => room.close())

  function packOf(...objects: readonly GitObject[]): Uint8Array {
    return encodeCbor(objects.map(({ type, content }) => [type, content]))
  }

  function answer(chunk: Uint8Array, last = true, request = 1): Promise<boolean> {
    return room.world.wait(transfer.receive(liar, { type: 'pack', request, chunk, last }))
  }

  it('with another object than was asked for is no answer: the next peer is asked', async () => {
    assert.ok(await answer(packOf(blob('EVIL\n'))))
    assert.ok(!room.alice.objects.has(idOf(wanted)))
    assert.deepEqual(asked, ['want'])
  })

  it('with objects that point to nothing brings nothing, not even what is good of it', async () => {
    assert.ok(await answer(packOf(wanted, commitOn(room.world.base, 'ab'.repeat(20) as ObjectId))))
    assert.ok(!room.alice.objects.has(idOf(wanted)))
    assert.match(room.problems.join(), /a pack was refused/)
    assert.deepEqual(asked, ['want'])
  })

  it('with more than was asked for changes nothing but the store', async () => {
    const more = commitOn(room.world.base, room.alice.room.engines.history.graph.node(room.world.base).tree)
    assert.ok(await answer(packOf(wanted, more)))
    assert.ok(room.alice.objects.has(idOf(wanted)))
    assert.ok(!room.alice.room.commits.isNamed(idOf(more)))
    assert.equal(room.alice.room.commits.heads().length, 1)
  })

  it('without having been asked, or as another, is not heard', async () => {
    assert.equal(await answer(packOf(wanted), true, 2), false)
    assert.equal(await room.world.wait(transfer.receive(honest, { type: 'pack', request: 1, chunk: packOf(wanted), last: true })), false) // prettier-ignore
    assert.ok(!room.alice.objects.has(idOf(wanted)))
    transfer.lacking(honest, 1)
    assert.deepEqual(asked, [])
  })

  it('with a pack beyond all bounds is given up, and the next peer is asked', async () => {
    const chunk = new Uint8Array(256 * 1024)
    let taken = 0
    while (taken < 5000 && (await transfer.receive(liar, { type: 'pack', request: 1, chunk, last: false }))) taken++
    assert.equal(taken, 2048)
    assert.deepEqual(asked, ['want'])
    assert.equal(await answer(chunk), false)
  })

  it('by drops holds nobody up for long', async () => {
    for (let i = 0; i < 40 && !asked.length; i++) {
      await answer(new Uint8Array(1), false)
      await room.world.clock.run(room.world.clock.now() + 1000)
    }
    assert.deepEqual(asked, ['want'])
  })
})

describe('a member who asks for objects', () => {
  beforeEach(async () => {
    room = await HostileRoom.open(23, files)
  })
  afterEach(() => room.close())

  /** What Alice answers. */
  async function ask(...wants: readonly ObjectId[]): Promise<readonly string[]> {
    const [link] = room.mallory.links
    const { length } = link!.messages
    link!.send({ type: 'want', request: 1, wants, haves: [] })
    await room.world.clock.run(room.world.clock.now() + 500)
    return link!.messages.slice(length).map(({ type }) => type).filter((type) => type === 'pack' || type === 'lacking') // prettier-ignore
  }

  it('gets commits of the room, and none of the rest of the repository', async () => {
    const { alice, world } = room
    const secret = blob('secret\n')
    const folder = tree('plan.txt', 0o100644, idOf(secret))
    const secretCommit = commitOn(world.base, idOf(folder), 'not pushed\n')
    await give([secret, folder, secretCommit])
    assert.deepEqual(await ask(idOf(secretCommit)), ['lacking'])
    assert.deepEqual(await ask(world.base), ['pack'])
    alice.room.files.edit('a.txt', [{ at: 0, remove: 0, insert: 'x' }])
    const commit = await world.wait(alice.commit(['a.txt']))
    await room.settled()
    assert.deepEqual(await ask(commit), ['pack'])
    assert.deepEqual(await ask(idOf(secretCommit), commit), ['pack'])
    const packs = room.mallory.links[0]!.messages.flatMap((message) => (message.type === 'pack' ? message.chunk : []))
    assert.ok(packs.some((chunk) => Buffer.from(chunk).includes('one two three')))
    assert.ok(!packs.some((chunk) => Buffer.from(chunk).includes('secret')))
  })

  it('gets what an entry speaks of, even where that is void: nobody could judge it else', async () => {
    const commit = commitOn(room.world.base, room.alice.room.engines.history.graph.node(room.world.base).tree)
    await room.world.wait(room.alice.objects.write([commit]))
    say('outside', idOf(commit))
    await room.assertWorking('a.txt')
    assert.equal(room.voidReasons.length, 1)
    assert.ok(room.bob.objects.has(idOf(commit)))
  })
})

/** Git checks packs, or we do where there is no git program. */
const checkers = { git: plainGit, 'our own code': { ...plainGit, PATH: '/nonexistent' } }

for (const [checker, env] of Object.entries(checkers))
  describe(`a pack for the store of a repository, checked by ${checker}`, function () {
    this.timeout(60_000)
    before(needsProgram('git'))

    /** A pack of one blob and a delta on it that claims to make `bytes` of it. */
    function deltaPack(bytes: number, commands: Uint8Array): Uint8Array {
      const base = utf8('base of the delta\n')
      const sizes = (size: number): number[] =>
        size < 128 ? [size] : [(size % 128) | 0x80, ...sizes(Math.floor(size / 128))]
      const head = (type: number, size: number): Uint8Array =>
        Uint8Array.from(size < 16 ? [(type << 4) | size] : [(type << 4) | (size & 15) | 0x80, ...sizes(size >> 4)])
      const delta = concat(Uint8Array.from([...sizes(base.length), ...sizes(bytes)]), commands)
      const first = concat(head(3, base.length), deflateSync(base))
      const second = concat(head(6, delta.length), Uint8Array.of(first.length), deflateSync(delta))
      const start = concat(utf8('PACK'), Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 2))
      const body = concat(start, first, second)
      return concat(body, nodeCrypto.sha1(body))
    }

    const copyMost = Uint8Array.of(0x90, 17)

    it('is refused whole where a delta makes other than it says, or far more than there is room for', async () => {
      await using sandbox = new GitSandbox()
      const { objects } = await sandbox.open(sandbox.folder, env)
      await objects.unpack(deltaPack(17, copyMost))
      const before = sandbox.git('count-objects', '-v')
      const lies = [
        deltaPack(16, copyMost),
        deltaPack(19, copyMost),
        deltaPack(2 ** 40, copyMost),
        deltaPack(18, Uint8Array.of(0x90, 200)),
      ]
      for (const lie of lies)
        await assert.rejects(objects.unpack(lie), (error) => AnvcsError.is(error, 'OBJECT_INVALID'))
      assert.equal(sandbox.git('count-objects', '-v'), before)
      assert.deepEqual(readdirSync(join(sandbox.folder, '.git/objects')).filter((name) => name.startsWith('tmp')), []) // prettier-ignore
    })

    it('is refused where a tree names what leads out of the work tree or into a repository', async () => {
      await using from = new GitSandbox()
      await using to = new GitSandbox()
      const [source, target] = [(await from.open()).objects, (await to.open(to.folder, env)).objects]
      for (const name of ['.git', '.GIT', 'git~1', '..', '.', '.g\u200cit']) {
        const objects = [blob('evil\n'), tree('config', 0o100644, idOf(blob('evil\n')))]
        objects.push(tree(name, treeMode, idOf(objects[1]!)))
        const pack = await source.packExact(await source.write(objects))
        await assert.rejects(target.unpack(pack), (error) => AnvcsError.is(error, 'OBJECT_INVALID'), name)
        assert.ok(!target.has(idOf(objects[2]!)))
      }
    })

    it('may hold a blob that is too large to be read: it is there, and is no damage', async () => {
      await using sandbox = new GitSandbox()
      const { objects } = await sandbox.open()
      const large = 513 * 1024 * 1024
      const path = join(sandbox.folder, 'large')
      writeFileSync(path, '')
      truncateSync(path, large)
      const id = sandbox.git('-c', 'core.compression=1', 'hash-object', '-w', 'large').trim() as ObjectId
      assert.ok(objects.has(id))
      assert.throws(() => objects.read(id), (error) => AnvcsError.is(error, 'MESSAGE_TOO_LARGE')) // prettier-ignore
    })
  })

describe('what a peer names', () => {
  it('is never written through a link, nor into .git, by the work tree', async () => {
    const root = mkdtempSync(join(tmpdir(), 'anvcs-hostile-'))
    try {
      const [inside, outside] = [join(root, 'tree'), join(root, 'outside')]
      for (const folder of [inside, outside, join(inside, '.git')]) mkdirSync(folder)
      await using tree = await openWorkTree({ root: inside })
      const evil = { mode: 0o100644, content: utf8('evil') } as const
      assert.ok(await tree.write('link', undefined, { mode: 0o120000, content: utf8('../outside') }))
      assert.equal(await tree.write('link/file', undefined, evil), false)
      symlinkSync('.git', join(inside, 'config'))
      assert.equal(await tree.write('config/hooks', undefined, evil), false)
      for (const path of ['.git/hooks/post-commit', '.GIT/config', 'a/.git/config', 'git~1/config', '../outside/file'])
        await assert.rejects(tree.write(path, undefined, evil), { code: 'PATH_ESCAPES_TREE' })
      assert.deepEqual(readdirSync(outside), [])
      assert.deepEqual(readdirSync(join(inside, '.git')), [])
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })

  it('in a ticket is never a command', () => {
    for (const hint of ['ext::sh -c id', 'ssh://-oProxyCommand=id/x', 'ssh://a@-oProxyCommand=id/x', 'file:///etc'])
      assert.equal(isTicketHint(hint), false, hint)
  })
})
