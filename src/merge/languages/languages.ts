import { bash } from './bash.ts'
import { c } from './c.ts'
import { cpp } from './cpp.ts'
import { cSharp } from './c-sharp.ts'
import { css } from './css.ts'
import { go } from './go.ts'
import { graphql } from './graphql.ts'
import { html } from './html.ts'
import { java } from './java.ts'
import { javascript } from './javascript.ts'
import { json } from './json.ts'
import { kotlin } from './kotlin.ts'
import { markdown } from './markdown.ts'
import { php } from './php.ts'
import { protobuf } from './protobuf.ts'
import { python } from './python.ts'
import { ruby } from './ruby.ts'
import { rust } from './rust.ts'
import { scala } from './scala.ts'
import { swift } from './swift.ts'
import { thrift } from './thrift.ts'
import { toml } from './toml.ts'
import { tsx } from './tsx.ts'
import { typescript } from './typescript.ts'
import { yaml } from './yaml.ts'
import type { Language } from './language.ts'

/** Every language that merging knows. */
export const languages: readonly Language[] = [
  bash,
  c,
  cpp,
  cSharp,
  css,
  go,
  graphql,
  html,
  java,
  javascript,
  json,
  kotlin,
  markdown,
  php,
  protobuf,
  python,
  ruby,
  rust,
  scala,
  swift,
  thrift,
  toml,
  tsx,
  typescript,
  yaml,
]
