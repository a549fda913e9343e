import { byWay, type Kind, type KindGroup } from './kind.ts'
import type { Place } from './place.ts'

const crlf = 'one\r\ntwo\r\n'

/** A file with CRLF is new, another is changed. */
function lineEnds(name: string, rule: (place: Place) => void): readonly Kind[] {
  const make = (place: Place) => {
    place.init()
    // One has CRLF in the index already: git leaves that alone where it only guesses that a file is text.
    place.commit({ 'kept.txt': crlf, 'plain.txt': 'one\ntwo\n' })
    rule(place)
    place.write({ 'kept.txt': `${crlf}three\r\n`, 'plain.txt': `${crlf}three\r\n`, 'new.txt': crlf })
    place.git('add', '-N', 'new.txt')
  }
  return [
    { name: `-a of files with CRLF, under ${name}`, make, args: ['-a'] },
    { name: `of paths of files with CRLF, under ${name}`, make, args: ['kept.txt', 'plain.txt'] },
  ]
}

const attributes = (text: string) => (place: Place) => place.commit({ '.gitattributes': text })

export const attributeKinds: readonly KindGroup[] = [
  {
    feature: 'Line ends and encodings',
    how: 'Where an attribute or setting can change what is stored of a file, git stages it; elsewhere its bytes are stored as they are.',
    kinds: [
      ...lineEnds('core.autocrlf=true', (place) => place.git('config', 'core.autocrlf', 'true')),
      ...lineEnds('core.autocrlf=input', (place) => place.git('config', 'core.autocrlf', 'input')),
      ...lineEnds('text=auto', attributes('* text=auto\n')),
      ...lineEnds('eol=crlf', attributes('*.txt text eol=crlf\n')),
      ...lineEnds('-text', attributes('*.txt -text\n')),
      {
        name: 'of a file in UTF-16, under working-tree-encoding',
        make: (place) => {
          place.init()
          place.commit({ '.gitattributes': '*.txt working-tree-encoding=UTF-16LE-BOM\n' })
          place.write({ 'a.txt': Buffer.from('\ufeffgrün\n', 'utf16le') })
          place.git('add', '-N', 'a.txt')
        },
        args: ['-a'],
      },
      {
        name: 'of a file with $Id$, under ident',
        make: (place) => {
          place.init()
          place.commit({ '.gitattributes': '*.c ident\n', 'a.c': '$Id$\n' })
          place.write({ 'a.c': '$Id: 0123456789 $\nmore\n' })
        },
        args: ['-a'],
      },
      {
        name: 'under attributes of a subfolder, of .git/info and of a macro',
        make: (place) => {
          place.init()
          place.commit({ 'a/b/.gitattributes': '*.x mine\n', '.gitattributes': '[attr]mine text\n', 'a/b/c.x': '1\n' })
          place.write({ '.git/info/attributes': '*.y text\n', 'a/b/c.x': crlf, 'd.y': crlf })
          place.git('add', '-N', 'd.y')
        },
        args: ['-a'],
      },
      {
        name: 'under core.attributesFile',
        make: (place) => {
          place.init()
          place.commit({ 'a.x': '1\n' })
          place.write({ '../attributes': '*.x text\n', 'a.x': crlf })
          place.git('config', 'core.attributesFile', place.path('attributes'))
        },
        args: ['-a'],
      },
      {
        name: 'under attributes that are in the index and, for a sparse checkout, not on disk',
        make: (place) => {
          place.init()
          place.commit({ '.gitattributes': '*.x text\n', 'in/a.x': '1\n' })
          place.git('sparse-checkout', 'set', '--no-cone', '/in/')
          place.write({ 'in/a.x': crlf })
        },
        args: ['-a'],
      },
    ],
  },
  {
    feature: 'Filters and LFS',
    how: 'Clean filters run by git. Git LFS is such a filter: its pointer is committed, its store filled.',
    kinds: [
      {
        name: '-a of a file with a clean filter',
        make: (place) => {
          place.init()
          place.git('config', 'filter.upper.clean', 'tr a-z A-Z')
          place.commit({ '.gitattributes': '*.up filter=upper\n', 'a.up': 'one\n' })
          place.write({ 'a.up': 'two\n' })
        },
        args: ['-a'],
      },
      ...['-a', 'big.bin'].map((arg): Kind => ({
        name: `${byWay(arg)} of a file that a filter stores elsewhere and replaces by a pointer`,
        make: (place) => {
          place.init()
          pointers(place)
          place.commit({ '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'big.bin': 'one\r\n' })
          place.write({ 'big.bin': 'two\r\n' })
        },
        args: [arg],
        also: [['cat-file', 'blob', 'HEAD:big.bin']],
      })),
      ...['-a', 'secret', 'in/secret'].map((arg): Kind => ({
        name: `of ${arg === '-a' ? 'all' : arg}, whose filter only the index still tells of`,
        make: (place) => {
          place.init()
          place.git('config', 'filter.turned.clean', 'tr a-z n-za-m')
          place.git('config', 'filter.turned.required', 'true')
          const rule = 'secret filter=turned\n'
          const old = { secret: 'old\n', 'in/secret': 'old\n' }
          place.commit({
            ...(arg === 'in/secret' ? { 'in/.gitattributes': rule } : { '.gitattributes': rule }),
            ...old,
          })
          place.remove(arg === 'in/secret' ? 'in/.gitattributes' : '.gitattributes')
          place.write({ secret: 'new\n', 'in/secret': 'new\n' })
        },
        args: [arg],
      })),
      {
        name: 'of a file whose required filter fails',
        make: (place) => {
          place.init()
          place.commit({ 'a.x': 'one\n' })
          place.git('config', 'filter.broken.clean', 'false')
          place.git('config', 'filter.broken.required', 'true')
          place.write({ '.git/info/attributes': '*.x filter=broken\n', 'a.x': 'two\n' })
        },
        args: ['-a'],
        refused: { code: 'GIT_FAILED', message: /filter.*failed/, because: 'git refuses it, too' },
      },
    ],
  },
]

/** A filter as Git LFS is one: pointer files with the hash and size of what lies in a store. */
function pointers(place: Place): void {
  place.program(
    'lfs-clean',
    `file=$(mktemp) && cat > "$file" && id=$(sha256sum "$file" | cut -d' ' -f1) && size=$(wc -c < "$file")
mkdir -p "$(dirname "$0")/store" && mv "$file" "$(dirname "$0")/store/$id"
printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n' "$id" "$size"`,
  )
  place.git('config', 'filter.lfs.clean', `"${place.path('lfs-clean')}" %f`)
  place.git('config', 'filter.lfs.smudge', 'cat')
  place.git('config', 'filter.lfs.required', 'true')
}
