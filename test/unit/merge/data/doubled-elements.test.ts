import assert from 'node:assert/strict'
import { mergeText } from '../../../../src/merge-on-node.ts'

const names = (path: string, of: (name: string, value: string) => string, around = (list: string) => list) => {
  const list = (...all: readonly (readonly [string, string])[]) => around(all.map((each) => of(...each)).join(''))
  const known = ['a', 'c', 'd'].map((name) => [name, '1'] as const)
  return { path, base: list(...known), left: list(...known, ['b', '2']), right: list(['b', '3'], ...known) }
}

const environment = names(
  'k8s/deployment.yaml',
  (name, value) => `        - name: ${name}\n          value: "${value}"\n`,
  (list) => `kind: Pod\nspec:\n  containers:\n    - name: app\n      env:\n${list}`,
)

describe('elements of lists that both sides added under one key, in other places', () => {
  it('conflict', async () => {
    const texts = [
      environment,
      names('users.yaml', (id, value) => `- id: ${id}\n  role: "${value}"\n`),
      names('users.toml', (id, value) => `[[user]]\nid = "${id}"\nrole = ${value}\n\n`),
      names(
        'compose.yaml',
        (name, value) => `      - ${name}=${value}\n`,
        (list) => `services:\n  web:\n    environment:\n${list}`,
      ),
      names(
        'users.json',
        (id, value) => `{"id": "${id}",\n  "role": ${value}},\n`,
        (list) => `{"users": [\n${list.slice(0, -2)}\n]}\n`,
      ),
    ]
    for (const text of texts) assert.equal((await mergeText(text)).status, 'conflict', text.path)
  })

  it('show both values', async () => {
    const merged = await mergeText(environment)
    assert.equal(merged.status, 'conflict')
    assert.match(merged.conflicts[0]!.left.text, /value: "2"/)
    assert.match(merged.conflicts[0]!.right.text, /value: "3"/)
  })

  it('stand once where both are the same', async () => {
    const merged = await mergeText({ ...environment, right: environment.right.replace('"3"', '"2"') })
    assert.equal(merged.status, 'clean')
    assert.equal(merged.text.split('name: b').length, 2)
  })

  it('are nothing where a side has such two already', async () => {
    const twice = '- name: a\n  run: 1\n- name: a\n  run: 2\n- name: b\n  run: 3\n'
    const merged = await mergeText({
      path: 'steps.yaml',
      base: twice,
      left: `${twice}- name: c\n  run: 4\n`,
      right: `- name: c\n  run: 5\n${twice}`,
    })
    assert.equal(merged.status, 'clean')
  })
})
