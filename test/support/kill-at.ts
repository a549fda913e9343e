import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * Loaded before a program (`--import`): counts whatever the program itself changes in the file system and kills it, as
 * `kill -9` does, just before change number KILL_AT; with KILL_TORN=1 in the middle of it where bytes are written. KILL_SPAWN and
 * KILL_DELAY_MS kill it some time after it has started its n-th child. The number of changes and of children goes to KILL_COUNTS
 * where nothing was killed.
 */
const env = process.env
const killAt = Number(env['KILL_AT'] ?? 0)
const killSpawn = Number(env['KILL_SPAWN'] ?? 0)
let changes = 0
let children = 0

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;);
}

type Call = (...values: unknown[]) => unknown

/** Puts a step before a method. */
function before(holder: object, name: string, step: (values: readonly unknown[], self: unknown) => void): void {
  const methods = holder as Record<string, Call>
  const original = methods[name]!
  methods[name] = function (this: unknown, ...values: unknown[]) {
    step(values, this)
    return original.apply(this, values)
  }
}

const { openSync, writeSync } = fs

/** One change is about to be made; `half` makes the first half of it. */
function change(half?: () => void): void {
  if (++changes !== killAt) return
  if (env['KILL_TORN']) half?.()
  die()
}

function halfOf(content: unknown): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content) : (content as Uint8Array)
  return bytes.subarray(0, bytes.length >> 1)
}

const isForWriting = (flags: unknown): boolean =>
  typeof flags === 'string'
    ? /[wa+]/.test(flags)
    : ((flags as number) & (fs.constants.O_CREAT | fs.constants.O_TRUNC)) !== 0

const plain = 'chmod copyFile link mkdir mkdtemp rename rm rmdir symlink truncate unlink utimes'.split(' ')
for (const name of plain) {
  before(fs.promises, name, () => change())
  before(fs, `${name}Sync`, () => change())
}
before(fs.promises, 'open', ([, flags]) => isForWriting(flags) && change())
before(fs, 'openSync', ([, flags]) => isForWriting(flags) && change())
for (const holder of [fs.promises, fs])
  for (const name of ['writeFile', 'appendFile'])
    before(holder, holder === fs ? `${name}Sync` : name, ([path, content]) => {
      const half = () => writeSync(typeof path === 'number' ? path : openSync(path as string, 'a'), halfOf(content))
      change(half)
    })
before(fs, 'writeSync', ([file, content, , , position]) =>
  change(() => writeSync(file as number, halfOf(content), 0, null, (position as number | null) ?? null)),
)
const handle = await fs.promises.open(fileURLToPath(import.meta.url))
const handles = Object.getPrototypeOf(handle) as object
await handle.close()
for (const name of ['write', 'writeFile', 'appendFile'])
  before(handles, name, ([content, , , position], self) => {
    const { fd } = self as { fd: number }
    change(() =>
      writeSync(fd, halfOf(content), 0, null, name === 'write' ? ((position as number | null) ?? null) : null),
    )
  })
before(handles, 'truncate', () => change())
before(childProcess, 'spawn', () => {
  if (++children === killSpawn) setTimeout(die, Number(env['KILL_DELAY_MS'] ?? 0))
})
syncBuiltinESMExports()

process.on('exit', () => {
  if (env['KILL_COUNTS']) writeSync(openSync(env['KILL_COUNTS'], 'w'), JSON.stringify({ changes, children }))
})
