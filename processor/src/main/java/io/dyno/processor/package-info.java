/**
 * The annotation processor. What the user wrote ({@link io.dyno.processor.BenchmarkDeclaration}) is checked, becomes a value
 * ({@link io.dyno.processor.BenchmarkModel}), and is written by the one class that knows JavaPoet
 * ({@link io.dyno.processor.DefinitionWriter}). Rules about settings and their values are those of {@link io.dyno.plan.Rules}; the rules
 * about the shape of classes, fields and methods stand here.
 */
package io.dyno.processor;
