import assert from 'node:assert/strict'
import type { FileId, ObjectId } from '../../../src/contracts/ids.ts'
import { emptyState, writeState } from '../../../src/history/file-state.ts'
import { namingKinds, readNaming, writeNaming, type NamingEntry } from '../../../src/history/naming-entry.ts'
import { readOperations, writeOperations } from '../../../src/history/operations-body.ts'
import { hexBytes } from '../../../src/lib/bytes.ts'
import type { CborValue } from '../../../src/lib/cbor.ts'

const update = Uint8Array.of(1)
const id = new Uint8Array(16).fill(7)

describe('the operations of an entry have one form', () => {
  it('files stand in the order in which operations name them, once, and all are named', () => {
    const body = writeOperations([
      { ref: { basePath: 'b' }, update },
      { ref: { basePath: 'a' }, update },
    ])
    assert.deepEqual(body, [
      9,
      ['b', 'a'],
      [
        [0, 0, update],
        [1, 0, update],
      ],
    ])
    assert.ok(readOperations(body))
    const others: CborValue[] = [
      [
        9,
        ['a', 'b'],
        [
          [1, 0, update],
          [0, 0, update],
        ],
      ],
      [9, ['a', 'b'], [[0, 0, update]]],
      [
        9,
        ['a', 'a'],
        [
          [0, 0, update],
          [1, 0, update],
        ],
      ],
      [
        9,
        [id, id],
        [
          [0, 0, update],
          [1, 0, update],
        ],
      ],
      [9, ['a'], [[1, 0, update]]],
      [9, ['a'], []],
    ]
    for (const other of others) assert.equal(readOperations(other), undefined, JSON.stringify(other))
  })

  it('a path of sixteen characters is no id', () => {
    const path = 'x'.repeat(16)
    assert.deepEqual(
      readOperations([
        9,
        [path, id],
        [
          [0, 0, update],
          [1, 0, update],
        ],
      ]),
      [
        { ref: { basePath: path }, update },
        { ref: { file: '07'.repeat(16) }, update },
      ],
    )
  })
})

describe('a naming entry has one form', () => {
  const commit = '1'.repeat(40) as ObjectId
  const key = 'ab'.repeat(32)
  const entry = { commit, named: { states: new Map(), partial: new Set<FileId>() }, lines: [] }
  const named: CborValue = [[id, writeState(emptyState), false]]

  it('who computes a state tells its key; who names states does not', () => {
    for (const kind of ['announce', 'record', 'outside', 'adopt', 'join', 'fold'] as const) {
      const isKeyed = kind !== 'announce' && kind !== 'record'
      const right: NamingEntry = { ...entry, kind, key: isKeyed ? key : undefined }
      assert.deepEqual(readNaming(writeNaming(right)), right)
      assert.equal(readNaming(writeNaming({ ...right, key: isKeyed ? undefined : key })), undefined, kind)
    }
  })

  it('who computes a state names none', () => {
    const body = (kind: number): CborValue => [kind, hexBytes(commit), named, hexBytes(key), []]
    assert.ok(readNaming(body(namingKinds.adopt)))
    for (const kind of [namingKinds.outside, namingKinds.join, namingKinds.fold])
      assert.equal(readNaming(body(kind)), undefined)
  })
})
