import assert from 'node:assert/strict'
import { conservation } from '../../../../src/merge/checks/conservation.ts'
import { LineTable } from '../../../../src/merge/lines.ts'

describe('conservation', () => {
  const base = 'page.shelf.book.title\nopen(page)\n'
  const left = 'page.book.title\nopen(page)\n'
  const right = 'page.shelf.book.name\nopen(page)\n'
  const table = new LineTable()
  const read = (text: string) => ({ text, lines: table.lines(text) })
  const found = (merged: string) =>
    conservation({ base: read(base), left: read(left), right: read(right) }, read(merged)).map(({ name }) => name)

  it('is kept where a merged text has what either side did', () => {
    assert.deepEqual(found('page.book.name\nopen(page)\n'), [])
  })

  it('finds a word that one side took away, though the other one wrote its line anew', () => {
    assert.deepEqual(found(right), ['.', 'shelf'])
  })

  it('finds a word that one side alone put somewhere, and that stands twice', () => {
    assert.ok(found('page.book.name.name\nopen(page)\n').includes('name'))
  })
})
