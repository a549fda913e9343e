import assert from 'node:assert/strict'
import { mergeText } from '../../../../src/merge-on-node.ts'
import { extractionLanguages } from './extraction-languages.ts'

const merge = async (path: string, base: string, left: string, right: string) => {
  const merged = await mergeText({ path, base, left, right })
  const exchanged = await mergeText({ path, base, left: right, right: left })
  assert.equal(exchanged.status, merged.status)
  if (merged.status === 'clean') assert.equal(exchanged.text, merged.text)
  return merged
}
const findings = (merged: Awaited<ReturnType<typeof merge>>) =>
  merged.status === 'conflict' ? (merged.findings ?? []).map(({ check, name }) => `${check} ${name}`) : []

const plain = { value: 'row.price * row.count' }

describe('changes of statements that the other side made a function of their own', () => {
  for (const { path, whole, part, call } of extractionLanguages) {
    const extract = (changed: Parameters<typeof whole>[0]) => merge(path, whole(plain), part(plain), whole(changed))
    const inline = (changed: Parameters<typeof whole>[0]) => merge(path, part(plain), whole(plain), part(changed))

    it(`are made in the function: ${path}`, async () => {
      for (const changed of [
        { value: '(row.price - row.discount) * row.count' },
        { ...plain, before: 'note(row)' },
        { value: 'row.total * factor', before: 'note(row, factor)', other: '1' },
      ]) {
        const merged = await extract(changed)
        assert.equal(merged.text, part(changed))
        assert.equal(merged.status, 'clean')
      }
    })

    it(`are made where its body was put, if they are changes of the function: ${path}`, async () => {
      const changed = { value: 'row.total * factor', before: 'note(row, factor)', other: '1' }
      const merged = await inline(changed)
      assert.equal(merged.text, whole(changed))
      assert.ok(merged.status === 'clean' && merged.certificate.checks.includes('extractions'))
    })

    it(`are a conflict that names the function where they would mean something else: ${path}`, async () => {
      for (const changed of [{ value: 'row.price * rate' }, { value: 'rows.price' }, { value: 'order.price' }])
        assert.ok(findings(await extract(changed)).includes('extracted sum'), changed.value)
      for (const changed of [{ value: 'row.price * rate' }, { value: 'tax' }])
        assert.ok(findings(await inline(changed)).includes('inlined sum'), changed.value)
    })

    it(`are a conflict where a text names what the function does not have: ${path}`, async () => {
      const note = {
        'a.ts': 'note(`${rate}`)',
        'a.js': 'note(`${rate}`)',
        'a.py': 'note(f"{rate}")',
        'a.rs': 'println!("{rate}")',
      }[path]
      if (note === undefined) return
      assert.ok(findings(await extract({ ...plain, before: note })).includes('extracted sum'))
      assert.ok(findings(await inline({ ...plain, before: note })).includes('inlined sum'))
    })

    it(`leave a new call of what was inlined a conflict that names it: ${path}`, async () => {
      const merged = await inline({ ...plain, other: call })
      assert.ok(
        findings(merged).some((finding) => finding.endsWith(' sum')),
        JSON.stringify(findings(merged)),
      )
    })
  }
})
