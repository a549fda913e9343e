import { execFileSync } from 'node:child_process'
import { chmodSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import type { KindGroup } from './kind.ts'
import type { Place } from './place.ts'

function base(place: Place): void {
  place.init()
  place.commit({ a: 'one\n', 'dir/b': 'one\n', 'dir/c': 'one\n' })
}

/** Of bytes, as they are on disk. */
function raw(...bytes: readonly number[]): Buffer {
  return Buffer.from(bytes)
}

function rawPath(place: Place, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${place.path('work')}/`), name])
}

function writeRaw(place: Place, name: Buffer, content: string): void {
  writeFileSync(rawPath(place, name), content)
}

const odd = raw(0x61, 0xff, 0x2e, 0x74, 0x78, 0x74)
const oddNames = [
  'with space',
  'with "quotes"',
  'with\nline feed',
  'with\ttab',
  ':colon',
  '*.glob',
  '[a]',
  '-dash',
  'back\\slash',
  'ünï',
]

export const fileKinds: readonly KindGroup[] = [
  {
    feature: 'Modes and links',
    how: 'What the file system or a setting says it cannot keep, git takes from the index.',
    kinds: [
      {
        name: '-a of files that became executable, a link and a file again',
        make: (place) => {
          base(place)
          symlinkSync('a', place.path('work/link'))
          place.git('add', '-A')
          place.git('commit', '-q', '-m', 'link')
          place.remove('dir/b', 'link')
          chmodSync(place.path('work/a'), 0o755)
          symlinkSync('nowhere', place.path('work/dir/b'))
          place.write({ link: 'no link\n' })
        },
        args: ['-a'],
      },
      {
        name: '-a of an executable file, under core.fileMode=false',
        make: (place) => {
          base(place)
          place.git('update-index', '--chmod=+x', 'a')
          place.git('commit', '-q', '-m', 'mode')
          place.git('config', 'core.fileMode', 'false')
          place.write({ a: 'two\n', 'dir/b': 'two\n' })
          chmodSync(place.path('work/a'), 0o644)
          chmodSync(place.path('work/dir/b'), 0o755)
        },
        args: ['-a'],
      },
      {
        name: 'of a mode that is staged, under core.fileMode=false',
        make: (place) => {
          base(place)
          place.git('config', 'core.fileMode', 'false')
          place.git('update-index', '--chmod=+x', 'a')
        },
      },
      {
        name: '-a of a link that lies there as a file, under core.symlinks=false',
        make: (place) => {
          base(place)
          symlinkSync('a', place.path('work/link'))
          place.git('add', 'link')
          place.git('commit', '-q', '-m', 'link')
          place.git('config', 'core.symlinks', 'false')
          place.remove('link')
          place.write({ link: 'dir/b' })
        },
        args: ['-a'],
      },
      {
        name: '-a where a folder became a link to another that has the same files',
        make: (place) => {
          base(place)
          place.write({ '../else/b': 'two\n', '../else/c': 'two\n' })
          place.remove('dir')
          symlinkSync('../else', place.path('work/dir'))
        },
        args: ['-a'],
      },
      {
        name: '-a where a file became a pipe',
        make: (place) => {
          base(place)
          place.remove('a')
          execFileSync('mkfifo', [place.path('work/a')])
          place.write({ 'dir/b': 'two\n' })
        },
        args: ['-a'],
        refused: { code: 'GIT_FAILED', message: /unsupported file type/, because: 'git refuses it, too' },
      },
      {
        name: 'where a file became a folder and a folder a file',
        make: (place) => {
          base(place)
          place.remove('a', 'dir')
          place.write({ 'a/deep/x': 'one\n', dir: 'one\n' })
          place.git('add', '-A')
        },
      },
      {
        name: '-a where a file became a folder',
        make: (place) => {
          base(place)
          place.remove('a')
          place.write({ 'a/x': 'one\n' })
        },
        args: ['-a'],
      },
    ],
  },
  {
    feature: 'Odd names',
    how: 'Paths are bytes. A name that is not UTF-8 can be committed, and is not shared in a room.',
    kinds: [
      {
        name: 'of a file whose name is not UTF-8',
        make: (place) => {
          base(place)
          writeRaw(place, odd, 'one\n')
          place.git('add', '-A')
        },
      },
      {
        name: '-a of a changed and a deleted file whose names are not UTF-8',
        make: (place) => {
          base(place)
          writeRaw(place, odd, 'one\n')
          writeRaw(place, raw(0xc3, 0x28), 'one\n')
          place.git('add', '-A')
          place.git('commit', '-q', '-m', 'odd')
          writeRaw(place, odd, 'two\n')
          unlinkSync(rawPath(place, raw(0xc3, 0x28)))
        },
        args: ['-a'],
      },
      {
        name: '-a beside a file whose name is not UTF-8 and that a filter changes',
        make: (place) => {
          base(place)
          writeRaw(place, odd, 'one\n')
          place.commit({ '.gitattributes': '*.txt text\n' })
          writeRaw(place, odd, 'two\r\n')
        },
        args: ['-a'],
      },
      {
        name: '-a of files with spaces, quotes, line feeds, colons, globs and dashes in their names',
        make: (place) => {
          base(place)
          place.commit(Object.fromEntries(oddNames.map((name) => [name, 'one\n'])))
          place.write(Object.fromEntries(oddNames.map((name) => [name, 'two\n'])))
        },
        args: ['-a'],
      },
      {
        name: 'of one path that would be a pattern',
        make: (place) => {
          base(place)
          place.commit({ '*': 'one\n', 'other.glob': 'one\n' })
          place.write({ '*': 'two\n', 'other.glob': 'two\n' })
        },
        args: ['--', ':(literal)*'],
      },
      {
        name: 'by a pattern, without what another one leaves out',
        make: (place) => {
          base(place)
          place.commit({ 'a.glob': 'one\n', 'dir/b.glob': 'one\n', 'dir/deep/c.glob': 'one\n' })
          place.write({ a: 'two\n', 'a.glob': 'two\n', 'dir/b.glob': 'two\n', 'new.glob': 'new\n' })
          place.remove('dir/deep/c.glob')
        },
        args: ['--', '*.glob', ':!dir/b*'],
      },
      {
        name: 'by a pattern, from a folder that would be one itself',
        make: (place) => {
          base(place)
          place.remove('a')
          place.commit({ '[ab]/a.glob': 'one\n', 'a/a.glob': 'one\n', '[ab]/b': 'one\n' })
          place.write({ '[ab]/a.glob': 'two\n', 'a/a.glob': 'two\n', '[ab]/b': 'two\n' })
        },
        folder: 'work/[ab]',
        args: ['--', '*.glob'],
      },
      {
        name: '-a where the name of a file has changed its case, under core.ignoreCase=true',
        make: (place) => {
          base(place)
          place.git('config', 'core.ignoreCase', 'true')
          place.remove('a')
          place.write({ A: 'two\n', 'dir/b': 'two\n' })
        },
        args: ['-a'],
      },
    ],
  },
]
