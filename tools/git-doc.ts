import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { compatibilityDocument } from '../test/integration/kinds/document.ts'

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync('docs/git-compatibility.md', compatibilityDocument())
