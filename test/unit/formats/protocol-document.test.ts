import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { namingKinds } from '../../../src/history/naming-entry.ts'
import { operationsKind } from '../../../src/history/operations-body.ts'
import { hexBytes } from '../../../src/lib/bytes.ts'
import { encodeCbor, type CborValue } from '../../../src/lib/cbor.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { writeControlBody, type ControlBody } from '../../../src/room/control-body.ts'
import { maxMessageBytes, streams } from '../../../src/sync/frames.ts'
import { initialCredit } from '../../../src/sync/outbox.ts'
import { fromJson } from '../../../tools/formats/json.ts'
import { listFiles } from '../../../tools/source.ts'
import { projectRoot } from '../../support/project.ts'

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')
const text = read('docs/protocol.md')

/** The cells of each row of the tables below a heading, without code marks. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`))!
  const rows = section.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('| -'))
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

const numberIn = (cell: string): number => Number(/^[\d,]+/.exec(cell)![0].replaceAll(',', ''))

/** Constants that are written as numbers, products and shifts. */
function constants(path: string): ReadonlyMap<string, number> {
  const found = read(path).matchAll(/^(?:export )?const (max[A-Z]\w*) = ([\d_ *<]+)$/gm)
  return new Map([...found].map(([, name, expression]) => [name!, valueOf(expression!)]))
}

function valueOf(expression: string): number {
  const [first, ...rest] = expression.trim().split(' ')
  let value = numberOf(first!)
  for (let i = 0; i < rest.length; i += 2)
    value *= rest[i] === '<<' ? 2 ** numberOf(rest[i + 1]!) : numberOf(rest[i + 1]!)
  return value
}

function numberOf(digits: string): number {
  return Number(digits.replaceAll('_', ''))
}

describe('docs/protocol.md', () => {
  it('has each limit of the code, with its value', () => {
    const folders = 'identity journal sync history document provenance objects merge room contracts lib node/feed-files'
    const files = listFiles(
      projectRoot,
      [...folders.split(' ').map((folder) => `src/${folder}`), 'signaling', 'transports/webrtc'],
      '.ts',
    )
    const inCode = files.flatMap((path) => [...constants(path)].map(([name, value]) => `${path} ${name} ${value}`))
    const rows = rowsBelow('Limits').filter((row) => row[0] !== 'what')
    const documented = rows.map(([, limit, constant]) => `${constant} ${numberIn(limit!)}`)
    assert.ok(inCode.length > 80)
    assert.deepEqual(documented.sort(), inCode.sort())
  })

  it('has the bounds and the credit of each stream', () => {
    const rows = rowsBelow('Frames').filter((row) => row[0] !== 'stream')
    const documented = rows.map(([stream, , most, credit]) => [stream, numberIn(most!), credit])
    const inCode = streams.map((stream, i) => {
      const credit = initialCredit[stream]
      return [
        `${i} ${stream}`,
        maxMessageBytes[stream],
        credit === Infinity ? 'never held back' : credit.toLocaleString('en'),
      ]
    })
    assert.deepEqual(documented, inCode)
  })

  it('has each key as the code derives it', () => {
    const vectors = JSON.parse(read('test/fixtures/formats/v1/keys.json')) as Record<
      string,
      { input: unknown; output: unknown }[]
    >
    const vector = (name: string) => fromJson(vectors[name]![0]!) as Record<'input' | 'output', Record<string, unknown>>
    const entry = vector('entry keys')
    const topic = vector('members topic')
    const ticket = vector('ticket keys')
    const derived: Readonly<Record<string, readonly [Record<string, unknown>, unknown]>> = {
      entry: [entry.input, entry.output['sealKey']],
      nonce: [entry.input, entry.output['nonceKey']],
      'epoch id': [vector('epoch id').input, vector('epoch id').output],
      topic: [topic.input, topic.output['topic']],
      signaling: [topic.input, topic.output['key']],
      'client id': [vector('client id key').input, vector('client id key').output],
      'ticket signing': [ticket.input, ticket.output['signingSeed']],
      'ticket topic': [ticket.input, ticket.output['topic']],
      'ticket signaling': [ticket.input, ticket.output['key']],
    }
    const rows = rowsBelow('Keys').filter((row) => row.length === 5 && row[0] !== 'label')
    assert.deepEqual(
      rows.map(([label]) => label),
      Object.keys(derived),
    )
    for (const [label, root, parts, bytes] of rows) {
      const [input, output] = derived[label!]!
      const key = (input['epochKey'] ?? input['controlKey'] ?? input['seed']) as Uint8Array
      assert.equal(root, 'epochKey' in input ? 'epoch key' : 'controlKey' in input ? 'control key' : 'ticket seed')
      const values = parts!
        .split(', ')
        .filter(Boolean)
        .map((part) => input[part] as string | number)
      const info = [
        'anvcs/1',
        label!,
        ...values.map((part): CborValue => (typeof part === 'string' ? hexBytes(part) : part)),
      ]
      const expected = crypto.hkdfSha256(key, encodeCbor(info), Number(bytes))
      assert.deepEqual(expected, typeof output === 'string' ? hexBytes(output) : output, label)
    }
  })

  it('has the kinds of bodies', () => {
    const vectors = JSON.parse(read('test/fixtures/formats/v1/entries.json')) as Record<string, { input: unknown }[]>
    const bodies = vectors['control body']!.map(({ input }) => fromJson(input) as ControlBody)
    const rows = rowsBelow('Kinds of bodies')
    for (const body of bodies) {
      const [kind] = writeControlBody(body) as readonly [number]
      const row = rows.find(([number]) => number === String(kind))
      assert.ok(row && row[1]!.startsWith(body.kind) && row[2] === 'control key', body.kind)
    }
    assert.ok(rows.some(([kind, body]) => kind === String(operationsKind) && body === 'operations'))
    const namings = rowsBelow('Naming entries')
      .slice(1)
      .map(([kind]) => kind)
    assert.deepEqual(
      namings,
      Object.entries(namingKinds).map(([name, kind]) => `${kind} ${name}`),
    )
  })

  it('names only files that exist', () => {
    const named = [...text.matchAll(/`((?:src|signaling|transports|test)\/[\w./-]+)`/g)].map((match) => match[1]!)
    assert.ok(named.length > 60)
    assert.deepEqual(
      named.filter((path) => !existsSync(join(projectRoot, path))),
      [],
    )
  })
})
