using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Unroll.DependencyInjection;
using Unroll.DependencyInjection.Kinds;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds models of Unroll to the services of a program.</summary>
public static class UnrollServiceCollectionExtensions
{
    /// <summary>Adds the model of a kind that has no name. See <see cref="AddUnrollModel{TModel}(IServiceCollection, string, Action{UnrollModelOptions})"/>.</summary>
    /// <typeparam name="TModel">The kind: <see cref="Unroll.Models.SequenceClassifier"/>, <see cref="Unroll.Models.LanguageModel"/> or <see cref="Unroll.Models.Forecaster"/>.</typeparam>
    /// <param name="services">Where to.</param>
    /// <param name="configure">Sets the options; at least the path, unless the configuration has it.</param>
    /// <returns>The options, to be bound to a section of the configuration.</returns>
    /// <exception cref="ArgumentException">There is a model of this kind without a name already.</exception>
    /// <exception cref="NotSupportedException">This kind cannot be served.</exception>
    public static OptionsBuilder<UnrollModelOptions> AddUnrollModel<TModel>(this IServiceCollection services, Action<UnrollModelOptions>? configure = null)
        where TModel : class => Add<TModel>(services, key: null, configure);

    /// <summary>
    /// Adds a model with a name. A host loads it at its start, and does not start where it is missing or damaged. To be injected, with the name as the key of
    /// <see cref="FromKeyedServicesAttribute"/>: <see cref="IModelProvider{TModel}"/> anywhere; <typeparamref name="TModel"/>, which stays the same for a scope such as a
    /// request; and a session of a scope of its own, but for a forecaster, whose sessions the provider opens.
    /// </summary>
    /// <typeparam name="TModel">The kind: <see cref="Unroll.Models.SequenceClassifier"/>, <see cref="Unroll.Models.LanguageModel"/> or <see cref="Unroll.Models.Forecaster"/>.</typeparam>
    /// <param name="services">Where to.</param>
    /// <param name="name">The name: key, name of the options, and tag of all measurements. No other model has it.</param>
    /// <param name="configure">Sets the options; at least the path, unless the configuration has it.</param>
    /// <returns>The options, to be bound to a section of the configuration.</returns>
    /// <exception cref="ArgumentException">The name is empty, or another model has it.</exception>
    /// <exception cref="NotSupportedException">This kind cannot be served.</exception>
    public static OptionsBuilder<UnrollModelOptions> AddUnrollModel<TModel>(this IServiceCollection services, string name, Action<UnrollModelOptions>? configure = null)
        where TModel : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Add<TModel>(services, name, configure);
    }

    private static OptionsBuilder<UnrollModelOptions> Add<TModel>(IServiceCollection services, string? key, Action<UnrollModelOptions>? configure)
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(services);
        var kind = ModelKinds.Of<TModel>();
        var name = key ?? kind.Name;
        if (services.Any(service => service.ServiceType == typeof(ModelName) && ((ModelName)service.ImplementationInstance!).Name == name))
        {
            throw new ArgumentException(key is null
                ? $"There is a {kind.Name} without a name already, or one named so; give the second a name."
                : $"There is a model named '{name}' already; every model needs a name of its own.", nameof(key));
        }

        services.AddSingleton(new ModelName(name));
        AddShared(services);
        AddModel(services, key, name, kind);
        kind.AddSessions(services, key);
        var options = services.AddOptions<UnrollModelOptions>(name).ValidateOnStart();
        return configure is null ? options : options.Configure(configure);
    }

    private static void AddModel<TModel>(IServiceCollection services, string? key, string name, ModelKind<TModel> kind)
        where TModel : class
    {
        if (key is null)
        {
            services.AddSingleton<IModelProvider<TModel>>(own => Create(own, name, kind));
            services.AddSingleton(own => (IServedModel)own.GetRequiredService<IModelProvider<TModel>>());
            services.AddScoped(own => own.GetRequiredService<IModelProvider<TModel>>().Current);
        }
        else
        {
            services.AddKeyedSingleton<IModelProvider<TModel>>(key, (own, _) => Create(own, name, kind));
            services.AddSingleton(own => (IServedModel)own.GetRequiredKeyedService<IModelProvider<TModel>>(key));
            services.AddKeyedScoped(key, (own, _) => own.GetRequiredKeyedService<IModelProvider<TModel>>(key).Current);
        }
    }

    private static void AddShared(IServiceCollection services)
    {
        services.TryAddSingleton(own => new ModelPaths(own.GetService<IHostEnvironment>()));
        services.TryAddSingleton(own => new ModelMeter(own.GetService<IMeterFactory>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<UnrollModelOptions>, UnrollModelOptionsValidation>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ModelHost>());
    }

    private static ModelProvider<TModel> Create<TModel>(IServiceProvider own, string name, ModelKind<TModel> kind)
        where TModel : class => new(
            name, kind, own.GetRequiredService<IOptionsMonitor<UnrollModelOptions>>(), own.GetRequiredService<ModelPaths>(), own.GetRequiredService<ModelMeter>(),
            own.GetService<ILoggerFactory>()?.CreateLogger(ModelLog.Category) ?? NullLogger.Instance, own.GetService<TimeProvider>() ?? TimeProvider.System);

    /// <summary>Marks a name as taken.</summary>
    private sealed record ModelName(string Name);
}
