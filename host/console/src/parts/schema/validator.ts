import {
  type CustomValidator,
  createErrorHandler,
  type ErrorTransformer,
  getDefaultFormState,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorSchema,
  type UiSchema,
  unwrapErrorHandler,
  type ValidatorType,
  validationDataMerge,
} from "@rjsf/utils";
import type { Spoken } from "../../words/words";
import { faults, fits } from "./faults";
import type { schemaText } from "./text";

/** Checks the data of a form, in a language. */
export function validator(words: Spoken<typeof schemaText>): ValidatorType {
  const raw = (schema: RJSFSchema, data: unknown): RJSFValidationError[] =>
    faults(schema as Record<string, unknown>, data, words).map(({ path, keyword, message }) => ({
      name: keyword,
      message,
      property: path.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join(""),
      stack: `${path.join(".")} ${message}`,
    }));
  const self: ValidatorType = {
    rawValidation: <R>(schema: RJSFSchema, data?: unknown) => ({ errors: raw(schema, data) as R[] }),
    // Parts of a schema are checked with the definitions that they refer to.
    isValid: (schema, data, { $defs, definitions }) =>
      fits(
        { ...(schema as Record<string, unknown>), ...($defs ? { $defs } : {}), ...(definitions ? { definitions } : {}) },
        data,
      ),
    validateFormData(
      data: unknown,
      schema: RJSFSchema,
      custom?: CustomValidator,
      transform?: ErrorTransformer,
      uiSchema?: UiSchema,
    ) {
      const found = raw(schema, data);
      const errors = transform ? transform(found, uiSchema) : found;
      const result = { errors, errorSchema: toErrorSchema(errors) };
      if (!custom) return result;
      const whole = getDefaultFormState(self, schema, data, schema, true);
      const handler = custom(whole, createErrorHandler(whole), uiSchema);
      return validationDataMerge(result, unwrapErrorHandler(handler));
    },
  };
  return self;
}
