import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { writtenOutput } from '../../../src/cli/written-output.ts'

describe('standard output', () => {
  let folder: string
  const unused = (): never => assert.fail('nothing else is to be opened')

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'anvcs-output-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('that is a file holds what was written, at once', () => {
    const path = join(folder, 'file')
    const handle = openSync(path, 'w')
    const output = writtenOutput(handle, unused, unused)
    for (const text of ['one\n', 'zwei: ä\n']) output.write(text)
    assert.equal(readFileSync(path, 'utf8'), 'one\nzwei: ä\n')
    assert.deepEqual([output.isTTY, output.isDone], [false, true])
    closeSync(handle)
  })

  it('that is a full pipe which does not wait goes on as a stream, in order', () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    const handle = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
    const stream = new PassThrough()
    const output = writtenOutput(handle, () => stream as unknown as NodeJS.WriteStream, unused)
    // More than the 64 KiB that a pipe holds (pipe(7)).
    const text = Array.from({ length: 30_000 }, (_, i) => `line ${i}\n`).join('')
    output.write(text)
    output.write('the end')
    assert.equal(output.isDone, false)
    const piped = Buffer.alloc(1 << 20)
    const length = readSync(handle, piped)
    assert.equal(piped.toString('utf8', 0, length) + String(stream.read()), `${text}the end`)
    closeSync(handle)
  })

  it('that nobody reads any more is told', () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const handle = openSync(path, constants.O_WRONLY)
    const codes: (string | undefined)[] = []
    const output = writtenOutput(handle, unused, ({ code }) => codes.push(code))
    closeSync(reader)
    output.write('x')
    assert.deepEqual(codes, ['EPIPE'])
    closeSync(handle)
  })
})
