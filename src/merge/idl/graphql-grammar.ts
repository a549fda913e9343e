import type { IdlGrammar } from './idl-grammar.ts'

/** GraphQL, type systems and operations (spec.graphql.org, October 2021). */
export const graphqlGrammar: IdlGrammar = {
  name: 'graphql',
  comment: /#[^\n\r]*/y,
  tokens: {
    string: /"""(?:\\"""|[^])*?(?:"""|(?<open>$))|"(?:[^"\\\n\r]|\\[^\n\r])*(?:"|(?<cut>))/y,
    number: /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y,
    word: /[A-Za-z_]\w*/y,
  },
  rules: `
    document = (schema | scalar | type | union | enum | input | directive_definition | extension | fragment | operation | query)*
    schema = description:string? 'schema' directive* body:fields
    scalar = description:string? 'scalar' name:type_name directive*
    type = description:string? ('type' | 'interface') name:type_name implements? directive* (body:fields | !'{')
    implements = 'implements' '&'? type_name ('&' type_name)*
    fields = '{' (field | ',')* '}'
    field = description:string? name:word parameters:parameters? ':' type:_type directive*
    parameters = '(' (parameter | ',')* ')'
    parameter = description:string? name:word ':' type:_type default? directive*
    default = '=' _value
    union = description:string? 'union' name:type_name directive* members?
    members = '=' member piped_member*
    member = '|'? type_name
    piped_member = '|' type_name
    enum = description:string? 'enum' name:type_name directive* (body:enum_values | !'{')
    enum_values = '{' (enum_value | ',')* '}'
    enum_value = description:string? name:word directive*
    input = description:string? 'input' name:type_name directive* (body:input_fields | !'{')
    input_fields = '{' (parameter | ',')* '}'
    directive_definition = description:string? 'directive' '@' name:word parameters:parameters? 'repeatable'? 'on' locations
    locations = location piped_location*
    location = '|'? word
    piped_location = '|' word
    extension = 'extend' definition:(schema | scalar | type | union | enum | input)
    _type = list_type | named_type
    list_type = '[' _type ']' '!'?
    named_type = type_name '!'?
    type_name = word
    directive = '@' name:word arguments?
    arguments = '(' (argument | ',')* ')'
    argument = name:word ':' value:_value
    variable = '$' word
    list_value = '[' (_value | ',')* ']'
    object_value = '{' (argument | ',')* '}'
    _value = variable | number | string | word | list_value | object_value
    operation = ('query' | 'mutation' | 'subscription') name:word? variables:variables? directive* body:selections
    query = selections
    variables = '(' (variable_definition | ',')* ')'
    variable_definition = name:variable ':' type:_type default? directive*
    fragment = 'fragment' name:word 'on' type_name variables:variables? directive* body:selections
    selections = '{' (spread | selected_field | ',')* '}'
    selected_field = (name:word ':' word | name:word) arguments? directive* body:selections?
    spread = '.' '.' '.' ('on' type_name)? word? directive* body:selections?
  `,
}
