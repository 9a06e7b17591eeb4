import * as z from 'zod'

/** A schema as JSON Schema, for editors: what people write, where defaults may be left out. */
export function jsonSchemaOf(schema: z.ZodType, title: string): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    // zod's readonly() means that programs may not change it; to an editor it would mean that people may not.
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly
    },
  })
  return { $schema, title, ...rest }
}
