import assert from 'node:assert/strict'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { TextDocument } from '../../../src/document/text-document.ts'
import { voidUpdate } from '../../../src/document/deletions.ts'

const base = 'one two three\n'

function seeded(): TextDocument {
  return TextDocument.seed(base, 900)
}

describe('a voided update', () => {
  it('types nothing and deletes nothing', () => {
    const update = seeded().edit(5, [
      { at: 0, remove: 3, insert: 'uno' },
      { at: 7, remove: 0, insert: ' dos' },
    ])
    const document = seeded()
    document.apply([voidUpdate(update)])
    assert.equal(document.text, base)
  })

  it('keeps its place, so that others may have typed beside it', () => {
    const writer = seeded()
    const first = writer.edit(5, [{ at: 4, remove: 0, insert: 'lost ' }])
    const reply = writer.edit(6, [{ at: 9, remove: 0, insert: 'kept ' }])
    for (const updates of [
      [voidUpdate(first), reply],
      [reply, voidUpdate(first)],
    ]) {
      const document = seeded()
      document.apply(updates)
      assert.equal(document.text, 'one kept two three\n')
    }
  })

  it('of deletions alone is nothing at all', () => {
    const document = seeded()
    document.apply([voidUpdate(seeded().edit(5, [{ at: 0, remove: 4, insert: '' }]))])
    assert.equal(document.text, base)
  })

  it('is made of checked updates only', () => {
    assert.throws(
      () => voidUpdate(Uint8Array.of(1, 2, 3)),
      (error: unknown) => AnvcsError.is(error, 'INTERNAL'),
    )
  })
})
