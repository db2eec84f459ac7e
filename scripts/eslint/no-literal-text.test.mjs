import { RuleTester } from 'eslint';
import { describe, it } from 'vitest';
import { noLiteralText } from './no-literal-text.js';

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester({ languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } });
const errors = [{ messageId: 'literal' }];

tester.run('no-literal-text', noLiteralText, {
  valid: [
    '<b>{t("machines:name")}</b>',
    '<b>{count} / {total} · 5 %</b>',
    '<b>{name}</b>',
    '<b>{" "}</b>',
    '<b>{`${a}/${b}`}</b>',
    '<b className="wide" id="x" role="grid" data-testid="y" />',
    '<b title={t("x")} aria-label={name} />',
    '<b>{state === "running" ? icon : null}</b>',
    '<b label />',
  ],
  invalid: [
    { code: '<b>Name</b>', errors },
    { code: '<b>名称</b>', errors },
    { code: '<>Loading</>', errors },
    { code: '<b>{"Name"}</b>', errors },
    { code: '<b>{`${n} machines`}</b>', errors },
    { code: '<b>{ok ? "Yes" : t("no")}</b>', errors },
    { code: '<b>{error ?? "Unknown"}</b>', errors },
    { code: '<b>{n + " left"}</b>', errors },
    { code: '<b title="Close" />', errors },
    { code: '<b aria-label={"Close"} />', errors },
    { code: '<b label={open ? "Close" : "Open"} />', errors: [...errors, ...errors] },
  ],
});
