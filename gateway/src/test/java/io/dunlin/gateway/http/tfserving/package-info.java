@NullMarked
package io.dunlin.gateway.http.tfserving;

import org.jspecify.annotations.NullMarked;
