import assert from 'node:assert/strict'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { checkData } from '../../../../src/merge/data/check-data.ts'
import { mergeByLines } from '../../../../src/merge/merge-by-lines.ts'
import { dataTriple } from '../../../support/data-triples.ts'

function faults(path: string, base: string, left: string, right: string, result: string) {
  return checkData({ path, base, left, right }, result)?.map(({ fault, path }) => [fault, ...path].join(' '))
}

describe('the checks of merged data', () => {
  it('find nothing in what is right', () => {
    assert.deepEqual(
      faults('a.json', '{"a": [1, 2]}', '{"a": [0, 1, 2]}', '{"a": [1, 2], "b": 1}', '{"b": 1, "a": [0, 1, 2]}'),
      [],
    )
    assert.deepEqual(faults('a.toml', 'a = 1\n', 'a = 1\nb = 2\n', 'a = 2\n', 'b = 2\na = 2\n'), [])
  })

  it('say nothing of what is no such file', () => {
    assert.equal(faults('a.txt', '', '', '', ''), undefined)
    assert.equal(faults('a.yaml', 'a: 1\n', '{{ a }}\n', 'a: 1\n', '{{ a }}\n'), undefined)
  })

  it('find a key that lines doubled', () => {
    assert.deepEqual(faults('a.json', '{"b": 1}', '{"a": 1, "b": 1}', '{"b": 1, "a": 1}', '{"a": 1, "b": 1, "a": 1}'), [
      'duplicate-key',
      'loss',
    ])
  })

  it('find what cannot be read, and looser syntax than the sides have', () => {
    assert.deepEqual(faults('a.json', '[1]', '[1, 2]', '[0, 1]', '[0, 1 2]'), ['unreadable'])
    assert.deepEqual(faults('a.json', '[1]', '[1, 2]', '[0, 1]', '[0, 1, 2,]'), ['syntax'])
  })

  it('find what is lost, what came back, and what nobody wrote', () => {
    const check = (result: string) =>
      faults('a.json', '{"a": {"b": 1, "c": 2}}', '{"a": {"b": 3, "c": 2}}', '{"a": {"b": 1}, "d": 4}', result)
    assert.deepEqual(check('{"a": {"b": 3}, "d": 4}'), [])
    assert.deepEqual(check('{"a": {"b": 1}, "d": 4}'), ['loss a/b'.replace('/', ' ')])
    assert.deepEqual(check('{"a": {"b": 3, "c": 2}, "d": 4}'), ['loss a c'])
    assert.deepEqual(check('{"a": {"b": 3}}'), ['loss d'])
    assert.deepEqual(check('{"a": {"b": 3}, "d": 4, "e": 5}'), ['loss e'])
  })

  it('find what one side deleted and the other one gave another key, changed or not', () => {
    const base = '{"a": {"b": 1, "c": 2}, "d": 4}'
    const check = (right: string) => faults('a.json', base, '{"d": 4}', right, right)
    assert.deepEqual(check('{"d": 4, "e": {"b": 1, "c": 2}}'), ['loss e'])
    assert.deepEqual(check('{"d": 4, "e": {"b": 1, "c": 3}}'), ['loss e'])
    assert.deepEqual(check('{"d": 4, "e": {"b": 3}}'), [])
    assert.deepEqual(check('{"d": {"b": 1, "c": 2}}'), ['loss d'])
  })

  it('find what one side took out of the file and the other one moved with what is around it', () => {
    const file = (key: string, ...values: readonly string[]) =>
      `${key}:\n${values.map((value) => `  ${value}: {driver: local}\n`).join('')}`
    const base = file('volumes', 'data', 'cache')
    const [taken, renamed] = [file('volumes', 'data'), file('stores', 'data', 'cache') + file('volumes', 'data')]
    assert.deepEqual(faults('compose.yaml', base, renamed, taken, renamed), ['loss'])
    assert.deepEqual(faults('compose.yaml', base, taken, renamed, renamed), ['loss'])
    const list = '{"a": {"x": ["y"]}, "b": 1}'
    const other = '{"c": {"b": 1, "d": 2, "e": 3, "x": ["y", "z"]}}'
    assert.deepEqual(faults('a.json', list, '{}', other, other), ['loss'])
    // Of two one was changed and one deleted; the other side moved the latter.
    const two = '{"a": {"i": "x"}, "b": {"i": "x", "j": 1, "k": 2, "l": 3}}'
    const [changed, moved] = ['{"a": {"i": "y"}}', '{"a": {"i": "x"}, "c": {"i": "x"}}']
    const both = '{"a": {"i": "y"}, "c": {"i": "x"}}'
    assert.deepEqual(faults('a.json', two, changed, moved, both), ['loss'])
    // What a side wrote besides, or copied, is no such thing.
    const copied = '{"a": {"i": "x"}, "b": {"i": "x", "j": 1, "k": 2, "l": 3}, "c": {"i": "x"}}'
    assert.deepEqual(faults('a.json', two, changed, copied, both), [])
  })

  it('count the elements of lists, or what is in them', () => {
    const check = (result: string) =>
      faults('a.json', '[{"a": 1, "b": 1}]', '[{"a": 2, "b": 1}]', '[{"a": 1, "b": 2}, 3]', result)
    assert.deepEqual(check('[{"a": 2, "b": 2}, 3]'), [])
    assert.deepEqual(check('[{"a": 1, "b": 2}, 3]'), ['loss'])
    assert.deepEqual(check('[{"a": 2, "b": 2}, 3, 3]'), ['loss'])
  })

  it('find anchors that are bound twice or not at all', () => {
    assert.deepEqual(faults('a.yaml', 'a: &x 1\nb: 1\n', 'b: 1\n', 'a: &x 1\nb: *x\n', 'b: *x\n'), ['anchor'])
  })

  it('find a line that was dropped or doubled, or came back, in what lines merged', () => {
    const random = new SeededRandom(5)
    const counts = { damaged: 0, found: 0 }
    while (counts.damaged < 300) {
      const triple = dataTriple(random, random.pick(['json', 'yaml', 'toml'] as const))
      const merged = mergeByLines(triple)
      if (merged.status !== 'clean' || checkData(triple, merged.text)?.length !== 0) continue
      const lines = merged.text.split('\n')
      const values = lines.flatMap((line, i) => (/^[^#]*\w/.test(line) ? [i] : []))
      if (values.length === 0) continue
      const at = random.pick(values)
      lines.splice(at, 1, ...(random.chance(0.5) ? [] : [lines[at]!, lines[at]!]))
      counts.damaged++
      if (checkData(triple, lines.join('\n'))?.length !== 0) counts.found++
    }
    assert.ok(counts.found >= 295, `${counts.found} of ${counts.damaged}`)
  })
})
