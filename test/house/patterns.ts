/** What an expression of the source can say, as patterns in which `…` stands for what differs. */

import {
  type Expression,
  type ImportSpecifier,
  isArrowFunction,
  isBinaryExpression,
  isBindingElement,
  isBlock,
  isCallExpression,
  isConditionalExpression,
  isFunctionDeclaration,
  isIdentifier,
  isImportSpecifier,
  isMethodSignatureDeclaration,
  isNoSubstitutionTemplateLiteral,
  isParameterDeclaration,
  isParenthesizedExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isPropertySignatureDeclaration,
  isReturnStatement,
  isStringLiteral,
  isTemplateExpression,
  isVariableDeclaration,
  type Node,
  type ParameterDeclaration,
  SyntaxKind,
} from 'typescript/unstable/ast';
import type { Checker, Symbol as TypescriptSymbol } from 'typescript/unstable/sync';

const open = '…';
/** Beyond them nobody wants to read an entry for each. */
const mostAlternatives = 200;

export interface Reader {
  readonly checker: Checker;
  /** What is being read: nothing is read inside of itself. */
  readonly within: readonly Node[];
  /** Single words count as well: they are kinds of failure. In messages they are values, such as names of keys. */
  readonly keepsWords?: true;
}

/** Names are followed to constants, parameters to calls, members to the rows of tables, functions to what they return. */
export function patternsOf(node: Expression, reader: Reader): string[] {
  if (reader.within.includes(node)) return [open];
  const inside: Reader = { ...reader, within: [...reader.within, node] };
  const next = (other: Expression) => patternsOf(other, inside);
  if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (isIdentifier(node) && node.text === 'undefined') return [];
  if (isParenthesizedExpression(node)) return next(node.expression);
  if (isConditionalExpression(node)) return unique([...next(node.whenTrue), ...next(node.whenFalse)]);
  if (isTemplateExpression(node)) {
    const parts = node.templateSpans.flatMap(({ expression, literal }) => [next(expression), [literal.text]]);
    return product([node.head.text], ...parts);
  }
  if (isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    if (operator === SyntaxKind.PlusToken) return product(next(node.left), next(node.right));
    if (operator === SyntaxKind.QuestionQuestionToken || operator === SyntaxKind.BarBarToken)
      return unique([...next(node.left), ...next(node.right)]);
  }
  if (isIdentifier(node) || isPropertyAccessExpression(node)) return declared(node, inside);
  if (isCallExpression(node)) return declared(node.expression, inside);
  return [open];
}

/** What a name stands for. */
function declared(name: Expression, reader: Reader): string[] {
  const { checker } = reader;
  const found = declarationsOf(checker.getSymbolAtLocation(isPropertyAccessExpression(name) ? name.name : name))
    .flatMap((node) => (isImportSpecifier(node) ? importedBy(node, checker) : [node]))
    .flatMap((node) => expressionsOf(node, checker));
  if (found.length === 0) return [open];
  const said = unique(found.flatMap((each) => patternsOf(each, reader)));
  return reader.keepsWords || said.some((each) => each.includes(' ')) ? said : [open];
}

function declarationsOf(symbol: TypescriptSymbol | undefined): Node[] {
  return (symbol?.declarations ?? []).flatMap((handle) => handle.resolve() ?? []);
}

function importedBy(node: ImportSpecifier, checker: Checker): Node[] {
  const symbol = checker.getSymbolAtLocation(node.name);
  return symbol ? declarationsOf(checker.getAliasedSymbol(symbol)) : [];
}

function expressionsOf(declaration: Node, checker: Checker): Expression[] {
  const file = declaration.getSourceFile();
  if (file.isDeclarationFile) return [];
  if (isVariableDeclaration(declaration) && declaration.initializer) return givenBy(declaration.initializer);
  if (isPropertyAssignment(declaration)) return givenBy(declaration.initializer);
  if (isFunctionDeclaration(declaration) && declaration.body) return returnedBy(declaration.body);
  if (isParameterDeclaration(declaration)) return argumentsFor(declaration, file);
  if (isPropertySignatureDeclaration(declaration) || isMethodSignatureDeclaration(declaration))
    return rowsOf(file, declaration.name.getText());
  if (isBindingElement(declaration)) {
    const type = checker.getTypeAtLocation(declaration.parent);
    const name = declaration.propertyName ?? declaration.name;
    const property = type && name && checker.getPropertyOfType(type, name.getText());
    return declarationsOf(property).flatMap((node) => (isBindingElement(node) ? [] : expressionsOf(node, checker)));
  }
  return [];
}

/** What the calls in the same file give for a parameter. */
function argumentsFor(parameter: ParameterDeclaration, file: Node): Expression[] {
  const owner = parameter.parent;
  const name = isFunctionDeclaration(owner)
    ? owner.name
    : isVariableDeclaration(owner.parent)
      ? owner.parent.name
      : undefined;
  if (!name || !(isFunctionDeclaration(owner) || isArrowFunction(owner))) return [];
  const index = owner.parameters.indexOf(parameter);
  const found: Expression[] = [];
  const visit = (node: Node): void => {
    const given = isCallExpression(node) && node.expression.getText() === name.getText() && node.arguments[index];
    if (given) found.push(given);
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

/** What the tables of the file say for a member of their rows. */
function rowsOf(file: Node, member: string): Expression[] {
  const found: Expression[] = [];
  const visit = (node: Node): void => {
    if (isPropertyAssignment(node) && node.name.getText() === member) found.push(...givenBy(node.initializer));
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

function givenBy(value: Expression): Expression[] {
  if (!isArrowFunction(value)) return [value];
  return isBlock(value.body) ? returnedBy(value.body) : [value.body];
}

function returnedBy(body: Node): Expression[] {
  const found: Expression[] = [];
  const visit = (node: Node): void => {
    if (isReturnStatement(node) && node.expression) found.push(node.expression);
    if (!isArrowFunction(node) && !isFunctionDeclaration(node)) node.forEachChild(visit);
  };
  visit(body);
  return found;
}

/** The parts with the most alternatives are left open until what remains can be read. */
function product(...parts: readonly (readonly string[])[]): string[] {
  const most = Math.max(...parts.map((part) => part.length));
  if (parts.reduce((count, part) => count * part.length, 1) > mostAlternatives)
    return product(...parts.map((part) => (part.length === most ? [open] : part)));
  return unique(
    parts.reduce<string[]>((before, part) => before.flatMap((start) => part.map((end) => start + end)), ['']),
  );
}

function unique(patterns: readonly string[]): string[] {
  return [...new Set(patterns.map((pattern) => pattern.replaceAll(/…(?:…)+/g, open)))];
}
