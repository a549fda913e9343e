import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { FeedId, ObjectId } from '../../../src/contracts/ids.ts'
import { KnownFiles } from '../../../src/repository/known-files.ts'
import { MirrorLog } from '../../../src/repository/mirror-log.ts'
import type { MirrorContent } from '../../../src/repository/mirror-content.ts'
import type { Room } from '../../../src/room/room.ts'

const path = 'a.txt'
const feed = '1'.repeat(32) as FeedId
const origin = '2'.repeat(40) as ObjectId
const content = (text: string): MirrorContent => ({ mode: 0o100644, text, blob: undefined })

/** What may happen to one file. A write is seen through, or the run is killed before or after the file is replaced. */
type Step = 'edit' | 'read' | 'write' | 'killed before' | 'killed after' | 'flush' | 'kill'

/** A disk, a journal of which a kill takes what is not flushed, and the rule: an edit is one of what lay there before it. */
class Model {
  readonly #log: string
  #known!: KnownFiles
  #disk = 'origin\n'
  /** What the room has got of the disk, the newest last, and how many operations that took. */
  #bases = [{ text: 'origin\n', operations: 0 }]
  #made = 0
  #durable = 0
  #count = 0

  constructor(folder: string) {
    this.#log = join(folder, 'mirror.log')
    this.#start()
  }

  run(step: Step): void {
    switch (step) {
      case 'edit':
        this.#disk += `mine ${this.#count++}\n`
        return
      case 'read':
        return this.#read()
      case 'flush':
        this.#durable = this.#made
        return
      case 'kill':
        return this.#kill()
      default:
        return this.#write(step)
    }
  }

  #start(): void {
    const log = MirrorLog.open(this.#log)
    if (!log.origin) log.begin(origin, [])
    const files = {
      holds: ({ operations }: { readonly operations: number }) => operations <= this.#durable,
      capture: () => undefined,
    }
    const history = { valueInTree: () => ({ path, mode: 0o100644, text: 'origin\n', blob: undefined }) }
    this.#known = new KnownFiles({ files, engines: { history } } as unknown as Room, log, origin)
  }

  #kill(): void {
    this.#made = this.#durable
    this.#bases = this.#bases.filter(({ operations }) => operations <= this.#durable)
    this.#start()
  }

  #read(): void {
    assert.equal(this.#known.at(path, content(this.#disk))?.text, this.#bases.at(-1)!.text)
    if (this.#disk !== this.#bases.at(-1)!.text) this.#bases.push({ text: this.#disk, operations: ++this.#made })
    this.#known.read(path, content(this.#disk), { feed, operations: this.#made })
  }

  #write(step: 'write' | 'killed before' | 'killed after'): void {
    if (!this.#known.isSure(path)) this.#read()
    this.#durable = this.#made
    const before = this.#bases.at(-1)!.text
    assert.equal(this.#known.at(path, undefined)?.text, before)
    const next = `theirs ${this.#count++}\n${before}`
    this.#known.writing(path, content(next))
    const isDone = step !== 'killed before' && this.#disk === before
    if (isDone) {
      this.#disk = next
      this.#bases.push({ text: next, operations: this.#made })
    }
    if (step === 'write') this.#known.written(path, isDone, content(isDone ? next : before))
    else this.#kill()
  }
}

describe('what is known of a file', () => {
  it('has the state of the room that it is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'anvcs-known-'))
    try {
      const log = MirrorLog.open(join(folder, 'mirror.log'))
      log.begin(origin, [])
      const state = { counts: new Map([[feed, 3]]), authors: [] }
      const capture = () => ({ file: '3'.repeat(32), state, value: { path, ...content('ours\n') } })
      const known = new KnownFiles({ files: { capture } } as unknown as Room, log, origin)
      assert.equal(known.stateAt(path), undefined)
      known.writing(path, content('ours\n'))
      known.written(path, true, content('ours\n'))
      assert.deepEqual(known.stateAt(path), state)
      known.read(path, content('of an editor\n'), { feed, operations: 4 })
      assert.equal(known.stateAt(path), undefined)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  const steps = fc.constantFrom<Step>(
    'edit',
    'edit',
    'read',
    'read',
    'write',
    'killed before',
    'killed after',
    'flush',
    'kill',
  )

  it('is what an edit is one of, whenever the run is killed', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 25 }), (all) => {
        const folder = mkdtempSync(join(tmpdir(), 'anvcs-known-'))
        try {
          const model = new Model(folder)
          for (const step of all) model.run(step)
          model.run('read')
        } finally {
          rmSync(folder, { recursive: true })
        }
      }),
      { numRuns: 1000 },
    )
  })
})
