import assert from 'node:assert/strict'
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SegmentInput } from '../../../tools/formats/disk-formats.ts'
import { formatsOf } from '../../../tools/formats/formats.ts'
import { fromJson, toJson } from '../../../tools/formats/json.ts'
import { FeedFiles } from '../../../src/node/feed-files/feed-files.ts'
import { portableDeflate } from '../../../src/browser/deflate.ts'
import { nodeDeflate } from '../../../src/node/deflate.ts'
import { projectRoot } from '../../support/project.ts'
import { cryptoBackends } from '../support/backends.ts'

interface Vector {
  readonly name: string
  readonly input: unknown
  readonly output: unknown
}

const folder = join(projectRoot, 'test/fixtures/formats/v1')
const files = readdirSync(folder)
const vectorsIn = (file: string) =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as Readonly<Record<string, readonly Vector[]>>

/** These files are never made anew: what they hold lies in rooms, commits and notes of others. */
describe('version 1 of the formats, for ever', () => {
  for (const [backend, crypto] of cryptoBackends) {
    const formats = formatsOf(crypto, backend === 'node' ? nodeDeflate : portableDeflate)
    for (const file of files) {
      const ofFile = formats[file.replace('.json', '')]!
      for (const [name, vectors] of Object.entries(vectorsIn(file))) {
        const { write, read, onlyReadingIsFixed } = ofFile[name]!
        if (!onlyReadingIsFixed)
          it(`writes each ${name} as in ${file} (${backend})`, async () => {
            for (const { name, input, output } of vectors)
              assert.deepEqual(toJson(await write(fromJson(input))), output, name)
          })
        if (read)
          it(`reads each ${name} of ${file} (${backend})`, async () => {
            for (const { name, input, output } of vectors)
              assert.deepEqual(await read(fromJson(output), fromJson(input)), fromJson(input), name)
          })
      }
    }
  }

  it('has a vector for every format, and a format for every vector', () => {
    const formats = Object.entries(formatsOf(cryptoBackends[0]![1], nodeDeflate))
    const expected = formats.map(([file, ofFile]) => [`${file}.json`, Object.keys(ofFile).sort()])
    const found = files.map((file) => [file, Object.keys(vectorsIn(file)).sort()])
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(expected))
  })
})

describe('feeds on disk, version 1', () => {
  const segments = vectorsIn('disk.json')['closed segment']!
  const { feed, firstSeq, entries } = fromJson(segments[0]!.input) as SegmentInput
  const closed = fromJson(segments[0]!.output) as Uint8Array
  let directory: string
  beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'anvcs-formats-'))))
  afterEach(() => rm(directory, { recursive: true }))
  const open = () => FeedFiles.open({ directory: join(directory, 'feeds'), markers: join(directory, 'markers') })

  it('are read from a closed segment', async () => {
    await mkdir(join(directory, 'feeds', feed), { recursive: true })
    await writeFile(join(directory, 'feeds', feed, `${firstSeq}.closed`), closed)
    await using store = await open()
    const read: Uint8Array[] = []
    for await (const { bytes } of store.read(feed)) read.push(bytes)
    assert.deepEqual(read, entries)
  })

  it('are written frame by frame as in a closed segment, without its footer', async () => {
    await using store = await open()
    await store.append(entries.map((bytes, i) => ({ feed, seq: firstSeq + i, bytes })))
    const live = new Uint8Array(await readFile(join(directory, 'feeds', feed, `${firstSeq}.seg`)))
    const frames = entries.reduce((sum, { length }) => sum + 16 + length, 16 + 15 + 16 + 32)
    assert.deepEqual(live.subarray(0, frames), closed.subarray(0, frames))
    assert.ok(live.subarray(frames).every((byte) => byte === 0))
  })
})
