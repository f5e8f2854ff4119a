/** Every message that the source can say, as a pattern in which `…` stands for what differs, found by the compiler. */

import { join } from 'node:path';
import {
  type CallExpression,
  type Expression,
  isCallExpression,
  isIdentifier,
  isNewExpression,
  isNoSubstitutionTemplateLiteral,
  isObjectLiteralExpression,
  isPropertyAssignment,
  isStringLiteral,
  isTemplateExpression,
  type Node,
  type ObjectLiteralExpression,
  type SourceFile,
} from 'typescript/unstable/ast';
import { API, type Checker } from 'typescript/unstable/sync';
import { failureKinds } from '../../src/failure.ts';
import { patternsOf } from './patterns.ts';
import { root, sourceFiles } from './source-files.ts';

export interface Spoken {
  /** Without the `file:line: ` in front. */
  readonly pattern: string;
  /** Exit statuses of a Failure, or the code of an answer to a client of -bs; none for warnings and lines of the log. */
  readonly statuses: readonly number[];
  /** `src/hub/tls.ts` */
  readonly path: string;
}

/** Takes a second: the compiler reads the whole project. */
export function spokenMessages(): Spoken[] {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProject: join(root, 'tsconfig.json') }).getProjects();
    const all = sourceFiles().flatMap(({ path }) => {
      const file = project?.program.getSourceFile(join(root, 'src', path));
      return project && file ? messagesIn(file, `src/${path}`, project.checker) : [];
    });
    // What others begin with is a constant that they are made of.
    return all.filter(({ pattern }) => !all.some((other) => other.pattern.startsWith(`${pattern}: `)));
  } finally {
    api.close();
  }
}

function messagesIn(file: SourceFile, path: string, checker: Checker): Spoken[] {
  const found: Spoken[] = [];
  const visit = (node: Node): void => {
    const said = saidAt(node, path, checker);
    for (const pattern of said?.patterns ?? []) {
      const bare = pattern.replace(/^(?:\S+: )+(?=Cannot )/, '');
      if (/[a-z]{2}/.test(bare)) found.push({ pattern: bare, statuses: said?.statuses ?? [], path });
    }
    if (!said) node.forEachChild(visit);
  };
  visit(file);
  return found;
}

function saidAt(
  node: Node,
  path: string,
  checker: Checker,
): (Omit<Spoken, 'path' | 'pattern'> & { patterns: string[] }) | undefined {
  const words = (expression: Expression | undefined) =>
    expression ? patternsOf(expression, { checker, within: [] }) : [];
  if (isNewExpression(node) && isIdentifier(node.expression) && node.expression.text === 'Failure') {
    const [kind, message] = node.arguments ?? [];
    return { patterns: words(message), statuses: kind ? statusesOf(kind, checker) : [] };
  }
  const reason = reasonIn(node);
  if (reason) return { patterns: words(reason).filter((each) => each.includes(' ')), statuses: [] };
  if (path.startsWith('src/submit/') && isCallExpression(node)) {
    const code = refusalIn(node);
    return code === undefined ? undefined : { patterns: words(node.arguments[2]), statuses: [code] };
  }
  if (isObjectLiteralExpression(node)) {
    const [result, text] = [propertyOf(node, 'result'), propertyOf(node, 'text')];
    const isComplaint = words(result).some((each) => each === 'warning' || each === 'error');
    if (text && isComplaint) return { patterns: words(text), statuses: [] };
  }
  if (!isText(node)) return undefined;
  const patterns = words(node);
  return patterns.some((pattern) => /^(?:…[^ ]*: )?Cannot /.test(pattern)) ? { patterns, statuses: [] } : undefined;
}

function statusesOf(kind: Expression, checker: Checker): number[] {
  const kinds = patternsOf(kind, { checker, within: [], keepsWords: true });
  return Object.entries(failureKinds).flatMap(([name, { status }]) => (kinds.includes(name) ? [status] : []));
}

/** What stands behind the last colon of a message: a foreign error made by us, or why a conversation broke off. */
function reasonIn(node: Node): Expression | undefined {
  if (!(isNewExpression(node) || isCallExpression(node)) || !isIdentifier(node.expression)) return undefined;
  if (/^(?:Range|Type)?Error$/.test(node.expression.text)) return node.arguments?.[0];
  return node.expression.text === 'interruption' ? node.arguments?.[1] : undefined;
}

/** The code that refuses, of an answer of `submit/reply.ts`. */
function refusalIn({ expression, arguments: [code] }: CallExpression): number | undefined {
  if (!isIdentifier(expression) || !['ours', 'mistake', 'fault'].includes(expression.text)) return undefined;
  return code && /^[45]\d\d$/.test(code.getText()) ? Number(code.getText()) : undefined;
}

function isText(node: Node): node is Expression {
  return isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node) || isTemplateExpression(node);
}

function propertyOf(node: ObjectLiteralExpression, name: string): Expression | undefined {
  const found = node.properties.find(
    (each) => isPropertyAssignment(each) && isIdentifier(each.name) && each.name.text === name,
  );
  return found && isPropertyAssignment(found) ? found.initializer : undefined;
}
