import assert from 'node:assert/strict'
import type { FileId } from '../../src/contracts/ids.ts'
import { Mallory } from '../../src/testing/mallory.ts'
import type { FewClients } from '../../src/testing/sim-crypto.ts'
import type { SimPeer } from '../../src/testing/sim-peer.ts'
import { SimWorld } from '../../src/testing/sim-world.ts'

/** Two honest peers, and Mallory, who is linked to both. */
export class HostileRoom {
  readonly world: SimWorld
  readonly alice: SimPeer
  readonly bob: SimPeer
  readonly problems: string[] = []
  mallory!: Mallory

  private constructor(world: SimWorld) {
    this.world = world
    this.alice = world.peer('alice')
    this.bob = world.peer('bob')
  }

  static async open(seed: number, files: Readonly<Record<string, string>>, clients?: FewClients): Promise<HostileRoom> {
    const room = new HostileRoom(new SimWorld({ seed, files, clients }))
    const { world, alice, bob } = room
    await alice.found()
    await bob.join(await world.wait(alice.room.invite()))
    await world.wait(bob.room.ready())
    room.mallory = await Mallory.join(world, world.peer('mallory'), await world.wait(alice.room.invite()))
    for (const peer of room.honest) {
      peer.room.events.on('problem', ({ message }) => room.problems.push(`${peer.name}: ${message}`))
      await room.mallory.meet(peer.room)
    }
    await room.settled()
    return room
  }

  get honest(): readonly SimPeer[] {
    return [this.alice, this.bob]
  }

  file(path: string): FileId {
    return this.alice.room.engines.history.baseFile(path)!
  }

  /** Both honest peers hold the same entries, nothing is on the way, and Mallory has it all. */
  async settled(limitMs = 60_000): Promise<void> {
    const { world, alice, bob } = this
    await world.wait(Promise.all([alice.room.flush(), bob.room.flush()]))
    const isEqual = () => alice.room.digest === bob.room.digest && alice.room.entryCount === bob.room.entryCount
    await world.clock.run(world.clock.now() + 200)
    assert.ok(await world.until(isEqual, limitMs), 'the honest peers do not come to the same entries')
  }

  /** The honest peers hold the same texts, live and built anew, and void the same entries. */
  assertEqual(paths: readonly string[]): void {
    const [a, b] = this.honest.map(({ room }) =>
      paths.map((path) => {
        const file = room.engines.live.layout.fileAt(path)
        const state = file && room.engines.live.stateOf(file)
        return {
          path,
          text: room.files.text(path),
          built: file && room.engines.history.evaluator.documentAt(file, state!).text,
        }
      }),
    )
    assert.deepEqual(a, b)
    for (const { text, built } of a!) assert.equal(built, text)
    assert.deepEqual(
      [...this.alice.room.voided].map(({ id, reason }) => `${id} ${reason}`).sort(),
      [...this.bob.room.voided].map(({ id, reason }) => `${id} ${reason}`).sort(),
    )
  }

  /** Both honest peers can still type, and each sees what the other typed. */
  async assertWorking(path: string): Promise<void> {
    for (const [i, peer] of this.honest.entries()) {
      const other = this.honest[1 - i]!
      const word = `<${peer.name} ${this.world.clock.now()}>`
      peer.room.files.edit(path, [{ at: 0, remove: 0, insert: word }])
      const came = await this.world.until(() => other.room.files.text(path)?.includes(word) ?? false)
      assert.ok(came, `what ${peer.name} typed does not come to ${other.name}`)
    }
    await this.settled()
    this.assertEqual([path])
  }

  /** The reasons why entries of Mallory are void at both honest peers. */
  get voidReasons(): readonly string[] {
    return this.alice.room.voided.map(({ reason }) => reason)
  }

  async close(): Promise<void> {
    for (const peer of this.honest) if (peer.isRunning) await peer.stop()
  }
}
