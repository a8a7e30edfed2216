@NullMarked
package io.dunlin.gateway.http.json;

import org.jspecify.annotations.NullMarked;
