import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import type { GitObject, ObjectType } from '../../../src/contracts/object-store.ts'
import { utf8 } from '../../../src/lib/bytes.ts'
import { encodeCbor } from '../../../src/lib/cbor.ts'
import { FaultCounters } from '../../../src/testing/fault-counters.ts'
import { SimClock } from '../../../src/testing/sim-clock.ts'
import { diskFaultKinds, SimDisk } from '../../../src/testing/sim-disk.ts'
import { SimObjects } from '../../../src/testing/sim-objects.ts'
import { SimRandom } from '../../../src/testing/sim-random.ts'
import { SimRefs } from '../../../src/testing/sim-refs.ts'
import { SimTrace } from '../../../src/testing/sim-trace.ts'
import { calmDisk } from '../../../src/testing/swarm.ts'
import { needsProgram } from '../../support/needs.ts'

function machine(name: string, seed = 1) {
  const clock = new SimClock()
  const counters = new FaultCounters(diskFaultKinds, new SimTrace(clock))
  const disk = new SimDisk({ name, clock, random: new SimRandom(seed), counters, faults: calmDisk })
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    promise.catch(() => undefined)
    await clock.run(clock.now() + 10_000)
    return promise
  }
  return { disk, settled }
}

describe('simulated Git objects', () => {
  let folder: string
  const objects = new Map<ObjectId, GitObject>()
  let first: ObjectId
  let second: ObjectId
  let tag: ObjectId

  function git(...args: string[]): Buffer {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
    const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org']
    return execFileSync('git', [...identity, ...args], { cwd: folder, env })
  }

  before(needsProgram('git'))
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'anvcs-sim-objects-'))
    git('init', '-q', '-b', 'main')
    const commit = (text: string): ObjectId => {
      writeFileSync(join(folder, 'a.txt'), text)
      git('add', '-A')
      git('commit', '-q', '-m', text)
      return git('rev-parse', 'HEAD').toString().trim() as ObjectId
    }
    mkdirSync(join(folder, 'submodule'))
    git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},submodule`)
    first = commit('one\n')
    writeFileSync(join(folder, 'ünï'), 'name\n')
    second = commit('two\n')
    git('tag', '-a', 'v1', '-m', 'tag')
    tag = git('rev-parse', 'v1').toString().trim() as ObjectId
    const listed = git('cat-file', '--batch-all-objects', '--batch-check').toString().trim().split('\n')
    for (const line of listed) {
      const [id, type] = line.split(' ') as [ObjectId, ObjectType]
      objects.set(id, { type, content: new Uint8Array(git('cat-file', type, id)) })
    }
  })
  after(() => rmSync(folder, { recursive: true }))

  it('have the ids that Git gives them', async () => {
    const { disk, settled } = machine('ann')
    const store = await settled(SimObjects.open(disk.mount()))
    assert.deepEqual(await settled(store.write([...objects.values()])), [...objects.keys()])
    assert.deepEqual(store.read(first), objects.get(first))
    assert.equal(store.has('0'.repeat(40) as ObjectId), false)
  })

  it('travel in packs of what Git calls reachable', async () => {
    const { disk, settled } = machine('ann')
    const store = await settled(SimObjects.open(disk.mount()))
    await settled(store.write([...objects.values()]))
    const bob = machine('bob')
    const received = await bob.settled(SimObjects.open(bob.disk.mount()))
    const reachable = (...revs: string[]): string[] =>
      git('rev-list', '--objects', '--no-object-names', ...revs)
        .toString()
        .trim()
        .split('\n')
    await bob.settled(received.unpack(await store.pack([first], [])))
    for (const id of objects.keys()) assert.equal(received.has(id), reachable(first).includes(id), id)
    await bob.settled(received.unpack(await store.pack([tag], [first, '2'.repeat(40) as ObjectId])))
    for (const id of reachable(tag)) assert.ok(received.has(id as ObjectId), id)
    assert.deepEqual(received.read(second), objects.get(second))
  })

  it('are refused whole where a pack is malformed or does not hold what it names', async () => {
    const { disk, settled } = machine('ann')
    const store = await settled(SimObjects.open(disk.mount()))
    const commit = objects.get(second)!
    const packs = [
      utf8('not a pack'),
      encodeCbor([['blob', 1]]),
      encodeCbor([['commit', utf8('tree of nothing\n')]]),
      encodeCbor([['tree', utf8('100644 name without id\0')]]),
      encodeCbor([
        ['blob', utf8('whole')],
        ['commit', commit.content],
      ]),
    ]
    for (const pack of packs)
      await assert.rejects(settled(store.unpack(pack)), (error) => AnvcsError.is(error, 'OBJECT_INVALID'))
    const [id] = await settled(store.write([{ type: 'blob', content: utf8('other') }]))
    assert.ok(store.has(id!))
    await assert.rejects(settled(store.pack([second], [])), (error) => AnvcsError.is(error, 'OBJECT_MISSING'))
  })

  it('are there all or none after a power cut', async () => {
    const counts = new Set<number>()
    for (let seed = 0; seed < 20; seed++) {
      const { disk, settled } = machine('ann', seed)
      const store = await settled(SimObjects.open(disk.mount()))
      await settled(store.write([objects.get(first)!]))
      void store.write([...objects.values()])
      if (seed % 2) disk.cutPower()
      else disk.kill()
      const again = await settled(SimObjects.open(disk.mount()))
      counts.add([...objects.keys()].filter((id) => again.has(id)).length)
    }
    assert.deepEqual(
      [...counts].sort((a, b) => a - b),
      [1, objects.size],
    )
  })
})

describe('simulated refs', () => {
  const one = '1'.repeat(40) as ObjectId
  const two = '2'.repeat(40) as ObjectId

  it('move together or not at all, and only from where they were expected', async () => {
    const { disk, settled } = machine('ann')
    const refs = await settled(SimRefs.open(disk.mount()))
    const main = 'refs/heads/main'
    const notes = 'refs/notes/ai-vcs'
    assert.equal(await settled(refs.update([{ name: main, expect: undefined, to: one }])), true)
    assert.equal(await settled(refs.update([{ name: main, expect: undefined, to: two }])), false)
    const both = [
      { name: notes, to: two },
      { name: main, expect: two, to: two },
    ]
    assert.equal(await settled(refs.update(both)), false)
    assert.equal(refs.read(notes), undefined)
    both[1]!.expect = one
    assert.equal(await settled(refs.update(both)), true)
    assert.deepEqual(refs.list('refs/'), [
      { name: main, id: two },
      { name: notes, id: two },
    ])
    assert.equal(await settled(refs.update([{ name: notes, to: one }])), true)
    assert.equal(await settled(refs.update([{ name: notes, expect: one, to: undefined }])), true)
    disk.cutPower()
    const again = await settled(SimRefs.open(disk.mount()))
    assert.deepEqual(again.list(''), [{ name: main, id: two }])
  })
})
