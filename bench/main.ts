import { parseArgs } from 'node:util'
import { gitCommits } from './git-commit.ts'
import { gitLog } from './git-log.ts'
import type { BenchCase, Extent } from './harness.ts'
import { mergeDriver } from './merge-driver.ts'
import { mergeFiles } from './merge-files.ts'
import { mergeParse } from './merge-parse.ts'
import { mergesOfTrees } from './merge-trees.ts'
import { printRows, writeReport } from './report.ts'
import { roomHeap } from './room-heap.ts'
import { roomLocalIngest } from './room-local-ingest.ts'
import { roomReconnect } from './room-reconnect.ts'
import { roomRejoin } from './room-rejoin.ts'
import { roomRemoteIngest } from './room-remote-ingest.ts'
import { roomRestore } from './room-restore.ts'
import { webrtcVisible } from './webrtc-visible.ts'

// `npm run bench -- [room|git|webrtc|merge|merge-parse]... [--only WORDS] [--quick|--full]`: the tables of what is to be reached, as ratios of one run.
// `npm run bench -- merge [--cases FILE]... [--repo FOLDER]... [--json]`: what merges of files make of cases and of a repository's history.
// `npm run bench -- merge-trees --repo FOLDER`: what merges of whole trees make of a repository's history.

// A setting of one machine: reading its certificates takes Node longer than all the rest of its start (docs/decisions/0011).
delete process.env['NODE_EXTRA_CA_CERTS']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    full: { type: 'boolean' },
    only: { type: 'string' },
    cases: { type: 'string', multiple: true, default: [] },
    repo: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
})
const tables: Readonly<Record<string, readonly BenchCase[]>> = {
  room: [roomLocalIngest, roomRemoteIngest, roomReconnect, roomRejoin, roomHeap, roomRestore],
  webrtc: [webrtcVisible],
  git: [...gitCommits, gitLog],
  merge: [mergeFiles({ cases: values.cases, repositories: values.repo, isJson: values.json }), mergeDriver],
  'merge-parse': [mergeParse],
  'merge-trees': [mergesOfTrees(values.repo)],
}
const unknown = positionals.find((name) => !Object.hasOwn(tables, name))
if (unknown !== undefined) {
  console.error(`error: There is no table ${unknown}.\nhint: The tables are ${Object.keys(tables).join(', ')}.`)
  process.exit(2)
}
const extent: Extent = values.quick ? 'quick' : values.full ? 'full' : 'normal'
for (const [table, cases] of Object.entries(tables)) {
  if (positionals.length && !positionals.includes(table)) continue
  for (const benchCase of cases) {
    const { name } = benchCase
    if (values.only && !name.includes(values.only)) continue
    const rows = await benchCase.run(extent)
    if (!rows.length) continue
    if (values.json) console.log(JSON.stringify({ case: name, rows }))
    else printRows(rows)
    // A quick run shows that everything works; its figures are not worth keeping.
    if (extent !== 'quick') writeReport(`${table}: ${name}`, rows)
  }
}
