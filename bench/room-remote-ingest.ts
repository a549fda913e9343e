import assert from 'node:assert/strict'
import * as Y from 'yjs'
import { BenchRooms } from './bench-rooms.ts'
import { countsText } from './counters.ts'
import { playEntries, recordFeed, type Recording } from './entry-player.ts'
import { cpuMs, interleaved, round, runsOf, type BenchCase, type Extent, type Figures, type Row } from './harness.ts'
import { traces, type Trace } from './trace.ts'

const path = 'text.txt'

/** What another has typed comes in, one entry after the other: each passes every check, is durable, and stands in the open text. */
export const roomRemoteIngest: BenchCase = {
  name: 'remote ingest',
  async run(extent) {
    const rows: Row[] = []
    for (const trace of traces(extent)) rows.push(...(await compare(trace, extent)))
    return rows
  },
}

async function compare(trace: Trace, extent: Extent): Promise<readonly Row[]> {
  const raw = rawUpdates(trace)
  await using by100 = await typed(trace, 100)
  await using by500 = await typed(trace, 500)
  const sides = await interleaved(runsOf(extent), {
    raw: async () => ({ cpuMs: await cpuMs(() => applyRaw(raw.updates)) }),
    by100: () => receive(by100, raw.text),
    by500: () => receive(by500, raw.text),
  })
  const where = `(${trace.name}, ${trace.changes.length} operations)`
  const row = (figures: Figures, batch: number, must: number, goal: number): Row => ({
    what: `remote ingest, ${batch} operations a batch ${where}`,
    reached: sides.raw['cpuMs']! / figures['cpuMs']!,
    unit: 'x',
    target: { better: 'more', must, goal },
    ours: `${round(figures['cpuMs']!, 0)} ms CPU, checked, durable, applied (sending included)`,
    reference: `${round(sides.raw['cpuMs']!, 0)} ms CPU, raw Yjs one by one in memory`,
    counts: countsText(figures),
  })
  const rawBytes = raw.updates.reduce((sum, { length }) => sum + length, 0)
  const wire = (figures: Figures, batch: number): Row => ({
    what: `bytes on the link, ${batch} operations a batch ${where}`,
    reached: figures['wireBytes']! / rawBytes,
    unit: 'x',
    target: { better: 'less', must: 0.6, goal: 0.45 },
    ours: `${round(figures['wireBytes']! / trace.changes.length, 1)} bytes an operation, frames, signatures and all`,
    reference: `${round(rawBytes / trace.changes.length, 1)} bytes an operation, raw Yjs updates`,
    counts: '',
  })
  return [
    row(sides.by100, 100, 0.55, 1),
    row(sides.by500, 500, 1.1, 1.4),
    wire(sides.by100, 100),
    wire(sides.by500, 500),
  ]
}

function rawUpdates({ start, changes }: Trace): { readonly updates: readonly Uint8Array[]; readonly text: string } {
  const doc = new Y.Doc()
  const text = doc.getText('t')
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  if (start) text.insert(0, start)
  for (const { at, remove, insert } of changes)
    doc.transact(() => {
      if (remove) text.delete(at, remove)
      if (insert) text.insert(at, insert)
    })
  return { updates, text: text.toJSON() }
}

function applyRaw(updates: readonly Uint8Array[]): void {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
}

interface Typed extends AsyncDisposable {
  readonly rooms: BenchRooms
  readonly recording: Recording
}

/** A room in which Ann has typed all of it while Bob was away. */
async function typed({ start, changes }: Trace, batch: number): Promise<Typed> {
  const rooms = await BenchRooms.make([[path, start]])
  const ann = await rooms.found('ann')
  const bob = await rooms.join('bob', ann)
  await rooms.close(bob)
  const { crypto } = rooms.counters
  const { feed } = ann.membership.feedsOf(rooms.identity('ann').certificate.device)[0]!
  const known = await rooms.storeOf(ann).length(feed)
  for (let at = 0; at < changes.length; at += batch) {
    for (const change of changes.slice(at, at + batch)) ann.files.edit(path, [change])
    await ann.flush()
  }
  const entries = await recordFeed(crypto, rooms.storeOf(ann), feed)
  await rooms.close(ann)
  const recording = { identity: rooms.identity('ann'), feed, entries, known }
  return { rooms, recording, [Symbol.asyncDispose]: () => rooms[Symbol.asyncDispose]() }
}

async function receive({ rooms, recording }: Typed, wanted: string): Promise<Figures> {
  const bob = await rooms.openCopy('bob')
  bob.files.text(path)
  rooms.counters.reset()
  let wireBytes = 0
  const spent = await cpuMs(async () => {
    wireBytes = await playEntries(rooms.counters.crypto, recording, bob)
  })
  const figures = { cpuMs: spent, wireBytes, ...rooms.counters.figures }
  assert.equal(bob.files.text(path), wanted)
  assert.deepEqual(bob.voided, [])
  await rooms.close(bob)
  return figures
}
