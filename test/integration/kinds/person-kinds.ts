import type { Kind, KindGroup } from './kind.ts'
import type { Place } from './place.ts'

function base(place: Place): void {
  place.init()
  place.commit({ a: 'one\n' })
  place.write({ a: 'two\n' })
}

const names = ['log', '-1', '--format=%an <%ae>%n%cn <%ce>']
const dates = ['log', '-1', '--format=%ad%n%cd', '--date=raw']

function dated(date: string): Kind {
  return {
    name: `-a under GIT_AUTHOR_DATE and GIT_COMMITTER_DATE as \`${date}\``,
    make: base,
    args: ['-a'],
    env: () => ({ GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: '2020-02-03T04:05:06+0700' }),
    also: [names, dates],
  }
}

export const personKinds: readonly KindGroup[] = [
  {
    feature: 'Author, committer and message',
    how: 'Names, dates and the form of the message are those of git. The signature is ours, whatever commit.gpgSign says.',
    kinds: [
      {
        name: '-a under GIT_AUTHOR_NAME and the like',
        make: base,
        args: ['-a'],
        env: () => ({
          GIT_AUTHOR_NAME: 'Au Thor',
          GIT_AUTHOR_EMAIL: 'author@example.org',
          GIT_COMMITTER_NAME: 'Com Mitter',
          GIT_COMMITTER_EMAIL: 'committer@example.org',
        }),
        also: [names],
      },
      dated('1600000000 +0530'),
      dated('@1600000000 -0800'),
      dated('2019-08-07T06:05:04Z'),
      dated('Thu, 07 Apr 2005 22:13:13 +0200'),
      {
        name: '-a with author.name and committer.email in the settings',
        make: (place) => {
          base(place)
          place.git('config', 'author.name', 'Au Thor')
          place.git('config', 'committer.email', 'committer@example.org')
        },
        args: ['-a'],
        also: [names],
      },
      {
        name: '-a with characters in the name that a commit cannot hold',
        make: (place) => {
          base(place)
          place.git('config', 'user.name', '.A <da>\nLovelace;')
        },
        args: ['-a'],
        also: [names],
      },
      {
        name: '-a with an encoding of messages, a template and a key for signing in the settings',
        make: (place) => {
          base(place)
          place.git('config', 'i18n.commitEncoding', 'ISO-8859-1')
          place.git('config', 'commit.template', '../template')
          place.git('config', 'commit.gpgSign', 'true')
          place.write({ '../template': 'template\n' })
        },
        args: ['-a'],
        gitArgs: ['-a', '--no-gpg-sign'],
        also: [['log', '-1', '--format=%s']],
      },
      ...['strip', 'verbatim', 'scissors'].map((mode): Kind => ({
        name: `-a whose message is tidied by commit.cleanup=${mode}`,
        make: (place) => {
          base(place)
          place.git('config', 'commit.cleanup', mode)
        },
        args: ['-a', '-m', '# comment\nspace  \n\n\n\nend'],
        also: [['log', '-1', '--format=%B']],
      })),
      {
        name: '-a whose message has space at the end of lines and blank lines',
        make: base,
        args: ['-a', '-m', 'space  \n\n\n\n# no comment'],
        also: [['log', '-1', '--format=%B']],
      },
      {
        name: '-a whose message has a NUL byte',
        make: base,
        args: ['-a', '-m', 'a\0b'],
        refused: { code: 'USAGE', message: /NUL/, because: 'git refuses it, too' },
      },
      {
        name: '-a whose message is not in UTF-8',
        make: (place) => {
          base(place)
          place.program('work/.git/hooks/commit-msg', String.raw`printf 'gr\374n\n' > "$1"`)
        },
        args: ['-a'],
        refused: { code: 'USAGE', message: /UTF-8/, because: 'git keeps its bytes' },
      },
      {
        name: '-a by somebody whose name is not in UTF-8',
        make: (place) => {
          base(place)
          place.write({ '../latin': Buffer.from('[user]\n\tname = Andr\xe9\n', 'latin1') })
          place.git('config', 'include.path', '../../latin')
        },
        args: ['-a'],
        refused: { code: 'CONFIG_INVALID', message: /UTF-8/, because: 'git keeps its bytes' },
      },
    ],
  },
]
