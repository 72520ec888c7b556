package io.dyno.result;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dyno.metrics.FailureClass;

/**
 * Why a point or a fork failed.
 *
 * @param type the class
 * @param message one line: what happened
 * @param log where to read on, relative to the run's folder, with a line where one is known ({@code logs/p07-f1.log:412}), or null
 */
public record Failure(@JsonProperty("class") FailureClass type, String message, String log) {}
