// Every text that a person reads comes from i18n: a literal text in JSX would be English in every language.

/** Attributes whose value is read by people or by assistive technology. */
const readAttributes = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'helperText',
  'label',
  'placeholder',
  'primary',
  'secondary',
  'subheader',
  'title',
]);

const hasLetter = (text) => /\p{L}/u.test(text);

/** The literal parts of an expression that become text, e.g. of `ok ? 'yes' : name` the string 'yes'. */
function literalsIn(expression) {
  switch (expression.type) {
    case 'Literal':
      return typeof expression.value === 'string' && hasLetter(expression.value) ? [expression] : [];
    case 'TemplateLiteral':
      return expression.quasis.filter((quasi) => hasLetter(quasi.value.cooked));
    case 'ConditionalExpression':
      return [...literalsIn(expression.consequent), ...literalsIn(expression.alternate)];
    case 'LogicalExpression':
      return [...literalsIn(expression.left), ...literalsIn(expression.right)];
    case 'BinaryExpression':
      return expression.operator === '+' ? [...literalsIn(expression.left), ...literalsIn(expression.right)] : [];
    default:
      return [];
  }
}

/** @type {import('eslint').Rule.RuleModule} */
export const noLiteralText = {
  meta: { type: 'problem', schema: [], messages: { literal: 'A text for people comes from i18n.' } },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'literal' });
    return {
      JSXText(node) {
        if (hasLetter(node.value)) report(node);
      },
      JSXExpressionContainer(node) {
        const isChild = node.parent.type === 'JSXElement' || node.parent.type === 'JSXFragment';
        if (isChild) literalsIn(node.expression).forEach(report);
      },
      JSXAttribute(node) {
        if (!readAttributes.has(node.name.name) || node.value === null) return;
        const value = node.value.type === 'JSXExpressionContainer' ? node.value.expression : node.value;
        literalsIn(value).forEach(report);
      },
    };
  },
};
