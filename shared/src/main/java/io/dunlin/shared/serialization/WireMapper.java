package io.dunlin.shared.serialization;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** The CBOR mapper behind {@link WireSerializer}: the few types whose form is not plain fields. */
final class WireMapper {
  private WireMapper() {}

  static ObjectMapper create(ExtendedActorSystem system) {
    SimpleModule module = new SimpleModule("dunlin");
    module.addSerializer(Duration.class, new DurationWriter());
    module.addDeserializer(Duration.class, new DurationReader());
    module.addSerializer(Instant.class, new InstantWriter());
    module.addDeserializer(Instant.class, new InstantReader());
    module.addSerializer(OptionalLong.class, new OptionalLongWriter());
    module.addDeserializer(OptionalLong.class, new OptionalLongReader());
    module.addSerializer(Shape.class, new ShapeWriter());
    module.addDeserializer(Shape.class, new ShapeReader());
    ActorSystem<Void> typed = Adapter.toTyped(system);
    module.addSerializer(ActorRef.class, new ActorRefWriter(typed));
    module.addDeserializer(ActorRef.class, new ActorRefReader(typed));
    module.setMixInAnnotation(ModelSpec.VersionPolicy.class, VersionPolicyTypes.class);
    module.setMixInAnnotation(Signature.class, IgnoreDerived.class);
    return CBORMapper.builder()
        .addModule(module)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ModelSpec.VersionPolicy.Latest.class, name = "latest"),
    @JsonSubTypes.Type(value = ModelSpec.VersionPolicy.All.class, name = "all"),
    @JsonSubTypes.Type(value = ModelSpec.VersionPolicy.Specific.class, name = "specific")
  })
  private interface VersionPolicyTypes {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private interface IgnoreDerived {}

  private static final class DurationWriter extends JsonSerializer<Duration> {
    @Override
    public void serialize(Duration value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(value.toNanos());
    }
  }

  private static final class DurationReader extends JsonDeserializer<Duration> {
    @Override
    public Duration deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Duration.ofNanos(in.getLongValue());
    }
  }

  private static final class InstantWriter extends JsonSerializer<Instant> {
    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(value.toEpochMilli());
    }
  }

  private static final class InstantReader extends JsonDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Instant.ofEpochMilli(in.getLongValue());
    }
  }

  private static final class OptionalLongWriter extends JsonSerializer<OptionalLong> {
    @Override
    public void serialize(OptionalLong value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(value.orElse(-1));
    }
  }

  private static final class OptionalLongReader extends JsonDeserializer<OptionalLong> {
    @Override
    public OptionalLong deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      long value = in.getLongValue();
      return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    @Override
    public OptionalLong getNullValue(DeserializationContext context) {
      return OptionalLong.empty();
    }
  }

  private static final class ShapeWriter extends JsonSerializer<Shape> {
    @Override
    public void serialize(Shape value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.isUnknownRank()) {
        out.writeBoolean(false);
      } else {
        long[] dims = value.dims();
        out.writeArray(dims, 0, dims.length);
      }
    }
  }

  private static final class ShapeReader extends JsonDeserializer<Shape> {
    @Override
    public Shape deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (in.currentToken().isBoolean()) {
        return Shape.unknownRank();
      }
      return Shape.of(in.readValueAs(long[].class));
    }
  }

  @SuppressWarnings("rawtypes") // Jackson registers by raw class
  private static final class ActorRefWriter extends JsonSerializer<ActorRef> {
    private final ActorRefResolver resolver;

    ActorRefWriter(ActorSystem<?> system) {
      this.resolver = ActorRefResolver.get(system);
    }

    @Override
    @SuppressWarnings("unchecked") // the resolver does not look at the message type
    public void serialize(ActorRef value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(resolver.toSerializationFormat(value));
    }
  }

  @SuppressWarnings("rawtypes") // Jackson registers by raw class
  private static final class ActorRefReader extends JsonDeserializer<ActorRef> {
    private final ActorRefResolver resolver;

    ActorRefReader(ActorSystem<?> system) {
      this.resolver = ActorRefResolver.get(system);
    }

    @Override
    public ActorRef deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return resolver.resolveActorRef(in.getText());
    }
  }
}
