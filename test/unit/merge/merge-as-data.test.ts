import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'

describe('the merge of a text that is data', () => {
  it('names the checks that a result passed', async () => {
    const checks = async (path: string, base: string, left: string, right: string) => {
      const merged = await mergeText({ path, base, left, right })
      return merged.status === 'clean' ? merged.certificate.checks : merged.status
    }
    assert.deepEqual(await checks('a.json', '[\n1,\n2,\n3\n]', '[\n0,\n2,\n3\n]', '[\n1,\n2,\n4\n]'), ['lines', 'data'])
    assert.deepEqual(await checks('a.json', '{"a": 1}', '{"a": 1, "b": 2}', '{"a": 2}'), ['data'])
    assert.deepEqual(await checks('a.txt', '1\n2\n3\n', '0\n2\n3\n', '1\n2\n4\n'), ['lines'])
    assert.deepEqual(await checks('go.sum', '', 'a v1 h1:x=\n', 'b v1 h1:y=\n'), ['checksums'])
    assert.equal(await checks('go.sum', '', 'a v1 h1:x=\n', 'a v1 h1:y=\n'), 'conflict')
  })

  it('gives no certificate to what lines merged to something wrong', async () => {
    const lines = (...rest: string[]) => `{\n${['"a": 1', '"b": 2', '"c": 3', '"d": 4', ...rest].join(',\n')}\n}\n`
    const left = lines().replace('{\n', '{\n"x": 1,\n')
    const merged = await mergeText({ path: 'a.json', base: lines(), left, right: lines('"x": 2') })
    assert.equal(merged.status, 'conflict')
    assert.deepEqual(merged.conflicts[0]?.entries, [{ pointer: '/x', reason: 'both-added' }])
  })

  it('falls back to a conflict wherever the sides differ if nothing better is known', async () => {
    const base = 'a = 1\nb = 1\nc = 1\nd = 1\n'
    const merged = await mergeText({ path: 'a.toml', base, left: `x = 1\n${base}`, right: `${base}[x]\n` })
    assert.equal(merged.status, 'conflict')
    assert.deepEqual(
      merged.conflicts.map(({ reason }) => reason),
      ['check', 'check'],
    )
  })

  it('names the entries of a conflict, and their lines in the texts of the sides', async () => {
    const text = (a: string, b: string) =>
      `{\n  "list": [\n    "${a}"\n  ],\n  "x/y": {\n    "v": ${b}\n  },\n  "z": 1\n}\n`
    const merged = await mergeText({
      path: 'a.json',
      base: text('a', '1'),
      left: text('a",\n    "b', '2'),
      right: text('a', '3').replace('"z": 1', '"z": 2'),
    })
    assert.equal(merged.status, 'conflict')
    assert.equal(merged.conflicts.length, 1)
    const [conflict] = merged.conflicts
    assert.deepEqual(conflict!.entries, [{ pointer: '/x~1y/v', reason: 'both-changed' }])
    assert.deepEqual(conflict!.left, { lines: { from: 6, end: 7 }, text: '    "v": 2\n' })
    assert.deepEqual(conflict!.right, { lines: { from: 5, end: 6 }, text: '    "v": 3\n' })
    assert.deepEqual(conflict!.base, { lines: { from: 5, end: 6 }, text: '    "v": 1\n' })
    assert.ok(merged.text.includes('"z": 2') && merged.text.includes('"b"'))
  })

  it('leaves lock files to their package managers, and names the command', async () => {
    const lock = (...names: string[]) => `{\n${names.map((name) => `  "${name}": {}`).join(',\n')}\n}\n`
    const merged = await mergeText({
      path: 'web/package-lock.json',
      base: lock('a'),
      left: lock('a', 'b'),
      right: lock('a', 'c'),
    })
    assert.equal(merged.status, 'conflict')
    assert.deepEqual(
      merged.conflicts.map(({ reason, command }) => [reason, command]),
      [['lockfile', 'npm install --package-lock-only']],
    )
  })

  it('writes conflicts in every style, with the labels given', async () => {
    const merged = await mergeText({
      path: 'a.yaml',
      base: 'a: 1\nb: 1\n',
      left: 'a: 2\nb: 1\n',
      right: 'a: 3\nb: 2\n',
      style: 'zdiff3',
      labels: { left: 'ours', base: 'old', right: 'theirs' },
    })
    assert.equal(merged.text, '<<<<<<< ours\na: 2\n||||||| old\na: 1\n=======\na: 3\n>>>>>>> theirs\nb: 2\n')
  })
})
